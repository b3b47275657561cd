import type { Route } from '../../src/http/route.ts'
import { createAgent } from './agents.ts'
import { aPoolNumber, buyAtTwilio } from './manual.ts'
import type { Operation } from './operations.ts'
import { aPicture, aTalk } from './recordings.ts'
import { ADMIN, request } from './requests.ts'
import { aContact, aDelivery } from './rows.ts'
import { aTenant, type Tenant } from './tenants.ts'
import type { World } from './world.ts'

/** One request of a route: what stands in its path, its query, its headers and its body. */
export interface Ask {
  params: Record<string, string>
  query: Record<string, string>
  headers: Record<string, string>
  body: unknown
}

/** Whether only the invited user is served: the admin of the other organization is invited. */
export function answersInvites(route: Route): boolean {
  return route.path.startsWith('/api/invites/:')
}

/** What a route needs besides what every tenant has: in its path, its query, and its body. */
type Special = Partial<Pick<Ask, 'params' | 'query'>> & {
  /** In place of the example's, at whatever depth; undefined takes one out. */
  fields?: Record<string, unknown>
  /** What the example leaves out. */
  more?: Record<string, unknown>
}

/**
 * Gives a world something for every route to act on. `accepted` is the request that the document has as
 * an example, about what there is in this world: it comes to something.
 */
export async function forEveryRoute(world: World) {
  const [tenant, stranger] = [await aTenant(world), await aTenant(world)]
  const special = await specialsOf(world, tenant, stranger)
  const { organizationId, phoneNumber = '' } = tenant.ids
  const [organization] = await world.sql<{ slug: string }>(
    'select slug from organizations where id = $1',
    [organizationId],
  )
  const common = {
    organizationId,
    slug: organization?.slug,
    AccountSid: world.config.twilio.accountSid,
    To: phoneNumber,
    called_number: phoneNumber,
  }
  const accepted = ({ name, example }: Operation): Ask => {
    const { params = {}, query = {}, fields = {}, more } = special[name] ?? {}
    const body = withFields(example, { ...common, ...fields })
    return {
      params: { ...tenant.ids, ...params },
      query,
      headers: {},
      body: more ? { ...(body as object), ...more } : body,
    }
  }
  return { tenant, stranger, accepted }
}

/** What is done to one of the operators' endpoints. */
const OF_ENDPOINTS = [
  'GET …',
  'PATCH …',
  'DELETE …',
  'POST …/rotate-secret',
  'POST …/test',
  'GET …/deliveries',
  'POST …/deliveries/:deliveryId/replay',
  'POST …/replay',
]

/** What no tenant has by itself, by the route that needs it. */
async function specialsOf(world: World, tenant: Tenant, stranger: Tenant) {
  const { organizationId, token } = tenant
  const path = `/api/organizations/${organizationId}`
  const one = async <Row extends object>(text: string, values: unknown[] = [organizationId]) =>
    (await world.sql<Row>(text, values))[0] as Row

  const mute = await createAgent(world, token, { organizationId, provision_phone: false })
  const quarantined = await anotherNumber(world, tenant)
  await request(world.origin, 'DELETE', `${path}/phone-numbers/${quarantined}`, { token })
  // Nobody has a number there.
  await request(world.origin, 'POST', `${path}/phone-numbers`, {
    token,
    body: { areaCode: '807', areaCodeOnly: true },
  })
  const stuck = await one<{ id: string }>(
    "select id from number_orders where organization_id = $1 and status = 'needs_attention'",
  )
  const { sub } = JSON.parse(atob(stranger.token.split('.')[1] ?? ''))
  await request(world.origin, 'POST', `${path}/members`, {
    token,
    body: { userId: sub, role: 'member' },
  })
  const blocked = '+16045558876'
  const doNotCall = { token: ADMIN, body: { phoneNumber: blocked } }
  await request(world.origin, 'POST', '/api/admin/do-not-call', doNotCall)
  await request(world.origin, 'POST', `${path}/do-not-call`, doNotCall)
  const { elevenlabs_phone_id: elevenLabsPhoneId } = await one<{ elevenlabs_phone_id: string }>(
    'select elevenlabs_phone_id from phone_numbers where phone_number = $1',
    [tenant.ids.phoneNumber],
  )
  const invite = await one<{ id: string }>(
    'select id from organization_invites where organization_id = $1 and user_id = $2',
    [organizationId, sub],
  )
  await request(world.origin, 'POST', '/api/admin/reconcile', {
    token: ADMIN,
    body: { mode: 'dry-run' },
  })
  const invited = { params: { inviteId: invite.id }, fields: { token: undefined } }
  const operators = { params: await aDelivery(world.database.url, null) }
  const line = { id: organizationId, number: tenant.ids.phoneNumber ?? '' }
  const talk = await aTalk(world, line, '+16045558874')
  const picture = await aPicture(world, line, '+16045558874')
  const asking = await one<{ id: string }>(
    `insert into calls (organization_id, organization_phone_number_id, direction, provider_call_id, agent_id, from_number,
       to_number, status)
     select h.organization_id, h.id, 'inbound', 'CA' || md5(h.id::text), $2, '+16045558873', p.phone_number, 'in-progress'
     from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
     where h.organization_id = $1 and h.ended_at is null limit 1 returning id`,
    [organizationId, tenant.ids.agentId],
  )
  const special: Record<string, Special> = {
    'POST /api/webhooks/elevenlabs/agents/:agentId/transfer': { fields: { call_id: asking.id } },
    'GET /api/organizations/:organizationId/calls/:callId/recording': {
      params: { callId: talk.id },
    },
    'GET /api/organizations/:organizationId/messages/:messageId/media/:n': {
      params: { messageId: picture.id, n: '0' },
    },
    ...Object.fromEntries(
      OF_ENDPOINTS.map((name) => [
        name.replace('…', '/api/admin/webhook-endpoints/:endpointId'),
        operators,
      ]),
    ),
    'GET /api/deployment/proof': { query: { nonce: '0'.repeat(32) } },
    'GET /api/admin/routes/explain': { query: { to: tenant.ids.phoneNumber ?? '' } },
    'POST /api/agents': { more: { organizationId } },
    'POST /api/agents/:agentId/phone-number': { params: { agentId: mute.body.agent_id } },
    'POST /api/organizations/:organizationId/phone-numbers/:phoneNumber/restore': {
      params: { phoneNumber: quarantined },
    },
    'POST /api/admin/phone-numbers/:phoneNumber/restore': { params: { phoneNumber: quarantined } },
    'POST /api/admin/phone-numbers/:phoneNumber/assign': {
      params: { phoneNumber: await aPoolNumber(world) },
    },
    'POST /api/admin/phone-numbers': {
      fields: { phoneNumber: (await buyAtTwilio(world)).phoneNumber },
    },
    'POST /api/admin/phone-numbers/:phoneNumber/activate': { fields: { elevenLabsPhoneId } },
    'POST /api/admin/phone-numbers/batch-activate': {
      fields: { phoneNumbers: [{ phoneNumber: tenant.ids.phoneNumber, elevenLabsPhoneId }] },
    },
    'POST /api/admin/orders/:orderId/retry': { params: { orderId: stuck.id } },
    'POST /api/admin/orders/:orderId/cancel': { params: { orderId: stuck.id } },
    'POST /api/invites/:inviteId/accept': invited,
    'POST /api/invites/:inviteId/decline': invited,
    'POST /api/organizations/:organizationId/contacts/:contactId/merge': {
      fields: { from: await aContact(world.database.url, organizationId) },
    },
    'DELETE /api/organizations/:organizationId/do-not-call/:phoneNumber': {
      params: { phoneNumber: blocked },
    },
    'DELETE /api/admin/do-not-call/:phoneNumber': { params: { phoneNumber: blocked } },
  }
  return special
}

async function anotherNumber(world: World, { organizationId, token }: Tenant): Promise<string> {
  const path = `/api/organizations/${organizationId}/phone-numbers`
  const { body } = await request(world.origin, 'POST', path, {
    token,
    body: { areaCode: '604' },
  })
  return body.phoneNumber
}

/** A copy in which every field that `fields` names has its value, at any depth. */
function withFields(value: unknown, fields: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((each) => withFields(each, fields))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name in fields ? fields[name] : withFields(each, fields),
    ]),
  )
}
