import { randomBytes, randomUUID } from 'node:crypto'
import { argumentNameOf } from '../../src/database/argument-names.ts'
import type { Actor } from '../../src/platform/actor.ts'
import { userActor } from './actors.ts'
import { sql } from './database.ts'
import { unguarded } from './outbound.ts'
import { aBusyOrganization, aContact, aNumber, anOrganization, aPhoneNumber } from './rows.ts'

/** The public functions that take an actor, with the names of their arguments, as they are in the catalogue. */
export async function actorFunctions(url: string): Promise<{ name: string; args: string[] }[]> {
  const rows = await sql<{ name: string; args: string[] }>(
    url,
    `select p.proname as name, p.proargnames as args from pg_proc p
     where p.pronamespace = 'public'::regnamespace
       and 'public.orgline_actor'::regtype = any (p.proargtypes) order by 1`,
  )
  return rows.map(({ name, args }) => ({ name, args: args.map(argumentNameOf) }))
}

/** An organization that has one of everything, with whoever acts for it. */
export type Owned = Awaited<ReturnType<typeof ownedBy>>

export async function ownedBy(url: string) {
  const busy = await aBusyOrganization(url)
  const { organizationId, userId } = busy
  const [agent] = await sql<{ elevenlabs_agent_id: string; phone_number: string }>(
    url,
    `with risen as (update orgline.organization_members set role = 'admin' where user_id = $1)
     select a.elevenlabs_agent_id, p.phone_number from orgline.agents a, orgline.phone_numbers p where a.id = $2 and p.id = $3`,
    [userId, busy.agentId, busy.phoneNumberId],
  )
  const keyOf = async (revokedAt: Date | null): Promise<Actor & { kind: 'key' }> => {
    const [key] = await sql<{ id: string }>(
      url,
      `insert into orgline.api_keys (organization_id, name, prefix, key_hash, scopes, revoked_at)
       values ($1, 'CRM', 'ol_x', $2, '{read,recordings:read,calls:write,messages:write,numbers:write,contacts:write}', $3) returning id`,
      [organizationId, aHash(), revokedAt],
    )
    return { kind: 'key', id: key?.id ?? '' }
  }
  const [key, revokedKey] = await Promise.all([keyOf(null), keyOf(new Date())])
  const lease = new Date(Date.now() + 3_600_000).toISOString()
  const [made] = await sql<{ id: string }>(
    url,
    `insert into orgline.agents (organization_id, request_id, name, work_at) values ($1, gen_random_uuid(), 'Ann', $2) returning id`,
    [organizationId, lease],
  )
  const operators = await forOperators(url, organizationId)
  const values: Record<string, unknown> = {
    organizationId,
    phoneNumber: agent?.phone_number,
    agentId: agent?.elevenlabs_agent_id,
    contactId: busy.contactId,
    messageId: busy.messageId,
    callId: busy.callId,
    place: 0,
    takesOver: true,
    memberUserId: userId,
    keyId: key.id,
    endpointId: busy.endpointId,
    deliveryId: busy.deliveryId,
    url: 'https://crm.example.com/orgline',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    since: lease,
    from: null,
    requestId: randomUUID(),
    to: aNumber(),
    body: 'Hello',
    media: [],
    segments: 1,
    fields: { name: 'Mia' },
    name: 'Ann',
    prefix: 'ol_y',
    keyHash: aHash(),
    scopes: ['read'],
    changes: { name: `Renamed ${randomUUID().slice(0, 8)}` },
    rates: {},
    slug: `org-${randomUUID()}`,
    email: `${randomUUID()}@example.com`,
    country: 'US',
    areaCode: '907',
    provision: false,
    areaCodeOnly: false,
    max: 9,
    maxAgents: 9,
    maxPerUser: 9,
    maxAttempts: 3,
    quarantineDays: 14,
    revokeKeys: false,
    pauseEndpoints: false,
    tokenHash: aHash(),
    guard: unguarded,
    leaseMs: 1_000,
    pollMs: 1_000,
    limit: 5,
  }
  /** Of single functions, where their names mean something else. */
  const special: Record<string, Record<string, unknown>> = {
    record_agent_created: {
      id: made?.id,
      lease,
      agentId: `agent_${randomUUID()}`,
      provision: true,
    },
    change_phone_number_settings: { settings: { routing: { open: [{ to: 'agent' }] } } },
    merge_contacts: { from: await aContact(url, organizationId) },
    list_messages: { to: lease },
    list_calls: { to: lease },
    create_contact: { phoneNumber: aNumber() },
    organization_usage: { from: lease, to: lease },
    set_member: { memberUserId: randomUUID(), email: null },
    ...operators,
  }
  return {
    organizationId,
    admin: userActor(userId),
    key,
    revokedKey,
    /** For each argument of the function what belongs to the organization; null where nothing does. */
    valuesFor: (name: string, args: string[]): Record<string, unknown> =>
      Object.fromEntries(
        args.map((arg) => [arg, { id: randomUUID(), ...values, ...special[name] }[arg] ?? null]),
      ),
  }
}

/** What the functions are about that only operators have called. */
async function forOperators(url: string, organizationId: string) {
  const waitsFor = async (step: string, phoneNumberId: string | null) => {
    const [order] = await sql<{ id: string }>(
      url,
      `insert into orgline.number_orders (organization_id, cause, country, step, status, phone_number_id)
       values ($1, 'admin', 'US', $2, 'needs_attention', $3) returning id`,
      [organizationId, step, phoneNumberId],
    )
    return order?.id
  }
  const [pooled, bought] = [aNumber(), aNumber()]
  const inPool = await aPhoneNumber(url, { phone_number: pooled })
  const boughtId = await aPhoneNumber(url, { phone_number: bought, status: 'purchased' })
  await waitsFor('import', boughtId)
  const inDoubt = await aPhoneNumber(url, { phone_number: aNumber() })
  const [asOf] = await sql<{ time: string }>(
    url,
    `with doubt as (update orgline.phone_numbers set mark_doubt = '' where id = $1)
     select updated_at::text as time from orgline.phone_numbers where id = $2`,
    [inDoubt, inPool],
  )
  const [notification] = await sql<{ id: string }>(
    url,
    `insert into orgline.admin_notifications (type, subject, message, organization_id)
     values ('account_problem', gen_random_uuid(), 'Look', $1) returning id`,
    [organizationId],
  )
  const orderId = await waitsFor('choose', null)
  await sql(
    url,
    `insert into orgline.number_orders (organization_id, cause, country, status, stopped_by_carrier)
     values ($1, 'admin', 'US', 'needs_attention', true)`,
    [await anOrganization(url)],
  )
  return {
    enter_phone_number: {
      orderId: randomUUID(),
      phoneNumber: aNumber(),
      capabilities: {},
      smsStatus: 'ready',
      twilioPhoneSid: `PN${randomUUID()}`,
    },
    assign_phone_number: { phoneNumber: pooled },
    begin_activation: { phoneNumber: bought, elevenlabsPhoneId: randomUUID(), leaseSeconds: 1 },
    create_batch: { count: 2, answerMs: 0 },
    create_number_order: { cause: 'admin' },
    retry_order: { orderId },
    cancel_order: { orderId },
    provision_organization: { organizationId: await anOrganization(url) },
    resolve_notification: { id: notification?.id },
    reapply_erasures: { erasures: [] },
    adopt_number: {
      phoneNumber: aNumber(),
      capabilities: {},
      smsStatus: 'ready',
      twilioPhoneSid: `PN${randomUUID()}`,
      orderId: null,
      spare: false,
    },
    make_number_due: { id: inPool, twilioPhoneSid: `PN${randomUUID()}` },
    mark_ghosts: { missing: [inPool], present: [] },
    order_import: { id: inPool, elevenlabsPhoneId: null },
    leave_number_alone: { id: inPool, asOf: asOf?.time, shown: 'x' },
    end_mark_doubts: { ids: [inDoubt] },
    recheck_orders: { ids: [boughtId] },
    try_stopped_import: { ids: [boughtId] },
    try_stopped_purchase: {},
    begin_repair: { publicUrl: `https://${randomUUID()}.example`, accept: true },
  }
}

function aHash(): string {
  return randomBytes(32).toString('hex')
}

/** All rows there are, by their tables, so that any change shows. */
export async function rowsOf(url: string): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }>(
    url,
    `select c.oid::regclass::text as name from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('public', 'private', 'orgline') order by 1`,
  )
  const rows = await sql<{ name: string; rows: string }>(
    url,
    tables
      .map(
        ({ name }) =>
          `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') as rows from ${name} t`,
      )
      .join(' union all '),
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
}
