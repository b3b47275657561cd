import { randomInt, randomUUID } from 'node:crypto'
import { sql } from './database.ts'

/** Rows put straight into the tables, each new: for tests of the database itself. */

async function insert(url: string, table: string, row: Record<string, unknown>): Promise<string> {
  const names = Object.keys(row)
  const [inserted] = await sql<{ id: string }>(
    url,
    `insert into orgline.${table} as t (${names.join(', ')})
     values (${names.map((_, index) => `$${index + 1}`).join(', ')})
     returning to_jsonb(t) ->> 'id' as id`,
    Object.values(row),
  )
  return inserted?.id ?? ''
}

/** No ordinary numbers: toll-free area codes, and area codes and exchanges that are service codes. */
const UNFIT = /^\+1(8(00|22|33|44|55|66|77|88)|.11|....11)/

/** A number in E.164 that no other test has. */
export function aNumber(): string {
  const number = `+1${randomInt(200, 1_000)}${randomInt(2_000_000, 10_000_000)}`
  return UNFIT.test(number) ? aNumber() : number
}

export function anOrganization(url: string): Promise<string> {
  const row = { name: 'Premium Auto Sales', slug: `org-${randomUUID()}`, email: 'a@example.com' }
  return insert(url, 'organizations', row)
}

export async function aMember(url: string, organizationId: string, userId: string = randomUUID()) {
  const row = { organization_id: organizationId, user_id: userId, role: 'member' }
  await insert(url, 'organization_members', row)
  return userId
}

export function aPhoneNumber(url: string, fields: Record<string, unknown> = {}): Promise<string> {
  const row = { phone_number: aNumber(), country: 'CA', status: 'configured', ...fields }
  return insert(url, 'phone_numbers', { twilio_phone_sid: `PN${randomUUID()}`, ...row })
}

/** Who holds a number; from now on, unless `ended_at` is given. */
export function aHolding(
  url: string,
  organizationId: string,
  phoneNumberId: string,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const row = { organization_id: organizationId, phone_number_id: phoneNumberId, ...fields }
  return insert(url, 'organization_phone_numbers', row)
}

export function anAgent(
  url: string,
  organizationId: string,
  fields: Record<string, unknown> = {},
): Promise<string> {
  return insert(url, 'agents', {
    organization_id: organizationId,
    request_id: randomUUID(),
    elevenlabs_agent_id: `agent_${randomUUID()}`,
    name: 'Mia',
    status: 'active',
    ...fields,
  })
}

export function aContact(
  url: string,
  organizationId: string,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const row = { organization_id: organizationId, phone_number: aNumber(), ...fields }
  return insert(url, 'contacts', row)
}

/** What a row of `messages` and of `calls` has in common. */
export interface Traffic {
  organizationId: string
  holdingId: string
  contactId: string | null
}

export function aMessage(
  url: string,
  traffic: Traffic,
  fields: Record<string, unknown> = {},
): Promise<string> {
  return insert(url, 'messages', { ...trafficRow(traffic, 'received'), ...fields })
}

export function aCall(
  url: string,
  traffic: Traffic,
  fields: Record<string, unknown> = {},
): Promise<string> {
  return insert(url, 'calls', { ...trafficRow(traffic, 'in-progress'), ...fields })
}

function trafficRow(traffic: Traffic, status: string) {
  return {
    organization_id: traffic.organizationId,
    organization_phone_number_id: traffic.holdingId,
    contact_id: traffic.contactId,
    direction: 'inbound',
    from_number: aNumber(),
    to_number: aNumber(),
    status,
  }
}

/** A customer of an organization that holds a number, with texts and calls; the ids of the last. */
export async function aCustomer(
  url: string,
  organizationId: string,
  past = { texts: 1, calls: 1 },
): Promise<Record<'contactId' | 'messageId' | 'callId', string>> {
  const contactId = await aContact(url, organizationId)
  const [holding] = await sql<{ id: string }>(
    url,
    'select id from orgline.organization_phone_numbers where organization_id = $1',
    [organizationId],
  )
  const traffic = { organizationId, holdingId: holding?.id ?? '', contactId }
  let [messageId, callId] = ['', '']
  for (let n = 0; n < past.texts; n++) messageId = await aMessage(url, traffic)
  for (let n = 0; n < past.calls; n++) callId = await aCall(url, traffic)
  return { contactId, messageId, callId }
}

/** An endpoint of an organization, or of the operators (null), that was told something. */
export async function aDelivery(url: string, organizationId: string | null) {
  const endpointId = await insert(url, 'webhook_endpoints', {
    organization_id: organizationId,
    url: 'https://crm.example.com/orgline',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  const eventId = await insert(url, 'events', {
    organization_id: organizationId,
    type: 'endpoint.test',
    facts: { endpoint_id: endpointId },
  })
  const deliveryId = await insert(url, 'event_deliveries', {
    organization_id: organizationId,
    endpoint_id: endpointId,
    event_id: eventId,
  })
  return { endpointId, eventId, deliveryId }
}

/** An organization with a line of its own, one customer, one text and one call; and an endpoint. */
export async function aBusyOrganization(url: string) {
  const organizationId = await anOrganization(url)
  const phoneNumberId = await aPhoneNumber(url, { status: 'assigned' })
  const [holdingId, contactId] = await Promise.all([
    aHolding(url, organizationId, phoneNumberId, { is_active: true }),
    aContact(url, organizationId),
  ])
  const traffic = { organizationId, holdingId, contactId }
  const [userId, messageId, callId, agentId] = await Promise.all([
    aMember(url, organizationId),
    aMessage(url, traffic),
    aCall(url, traffic),
    anAgent(url, organizationId),
  ])
  const reported = await aDelivery(url, organizationId)
  return {
    organizationId,
    userId,
    phoneNumberId,
    holdingId,
    contactId,
    messageId,
    callId,
    agentId,
    ...reported,
  }
}
