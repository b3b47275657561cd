import { RECHECK_INTERVAL_MS } from './deployment.ts'
import type { Deployment, World } from './world.ts'

/** The sandbox's price of a local number, in micro-dollars. */
export const PRICE = 1_000_000

/** A number as the database has it. */
interface Row {
  phone_number: string
  status: string
  twilio_phone_sid: string | null
}

export const isLive = (row: Row) => !['released', 'failed', 'purchasing'].includes(row.status)
export const isPaid = (row: Row) => row.twilio_phone_sid !== null && row.status !== 'failed'

const FACTS = `select jsonb_build_object(
  'id', (select d.id from orgline.deployment d),
  'rows', (select coalesce(jsonb_agg(jsonb_build_object(
    'phone_number', p.phone_number, 'status', p.status, 'twilio_phone_sid', p.twilio_phone_sid, 'due', p.sync_due_at,
    'doubt', p.mark_doubt, 'ghost', p.ghost_since, 'import', p.import_state, 'elevenlabs_phone_id', p.elevenlabs_phone_id, 'orders', (
      select jsonb_agg(jsonb_build_object('id', n.id, 'cause', n.cause, 'status', n.status, 'step', n.step, 'error', n.last_error))
      from orgline.number_orders n where n.phone_number_id = p.id))), '[]')
    from orgline.phone_numbers p),
  'bought', (select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'cause', n.cause, 'status', n.status, 'numbers', (
      select jsonb_agg(a.phone_number) from orgline.number_order_attempts a where a.order_id = n.id and a.outcome = 'bought'))
      order by n.created_at), '[]')
    from orgline.number_orders n where n.cause <> 'adopted' and exists (
      select from orgline.number_order_attempts a where a.order_id = n.id and a.outcome = 'bought')),
  'adopted', (select count(*) from orgline.admin_notifications n where n.subject like 'adopted:%'),
  'changedHands', (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from (
    select p.phone_number, h.organization_id, h.assigned_at,
      lag(h.organization_id) over n as before, lag(h.ended_at) over n as given_up
    from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
    window n as (partition by p.phone_number order by h.assigned_at)) c
    where c.organization_id <> c.before and c.assigned_at < c.given_up + interval '1 day'),
  'twiceHeld', (select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
    select p.phone_number, jsonb_agg(h.organization_id) as holders
    from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
    where h.ended_at is null group by p.phone_number having count(*) > 1) t),
  'withoutLine', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'created', o.created_at, 'holdings', (
      select jsonb_agg(jsonb_build_object('number', p.phone_number, 'status', p.status, 'from', h.assigned_at, 'to', h.ended_at,
        'active', h.is_active, 'due', p.sync_due_at))
      from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
      where h.organization_id = o.id), 'orders', (
      select jsonb_agg(jsonb_build_object('id', n.id, 'status', n.status, 'step', n.step, 'error', n.last_error))
      from orgline.number_orders n where n.organization_id = o.id))), '[]') from orgline.organizations o
    where not exists (select from orgline.organization_phone_numbers h
        where h.organization_id = o.id and h.ended_at is null and h.is_active)
      and not exists (select from orgline.admin_notifications n
        where n.organization_id = o.id and n.status = 'pending'))) as facts`

// An attempt that was given up made its number failed then, and what a sweep finds of it later becomes
// another row.
const GIVEN_UP = `select format('orgline:%s:%s %s', d.id, a.order_id, a.phone_number) as purchase
  from orgline.number_order_attempts a join orgline.phone_numbers p on p.id = a.phone_number_id, orgline.deployment d
  where p.status = 'failed' and p.updated_at >= a.first_not_found_at + interval '${RECHECK_INTERVAL_MS} ms'`

/** What a number was bought for. */
export interface Order {
  id: string
  cause: string
}

export interface Facts {
  id: string
  origin: string
  rows: Row[]
  /** The orders that have bought, in their sequence. */
  bought: Order[]
  adopted: number
  twiceHeld: object[]
  /** Numbers that went from one organization to another without a quarantine. */
  changedHands: object[]
  withoutLine: { id: string }[]
}

/** What the database of a deployment knows. */
export async function readFacts(world: World, { database, servers }: Deployment): Promise<Facts> {
  const [row] = await world.cluster.query<{ facts: Facts }>(database, FACTS)
  if (!row) throw new Error(`${database} tells nothing`)
  return { ...row.facts, origin: servers[0]?.origin ?? '' }
}

/**
 * Tag and number of each purchase that an order gave up after two searches. A database that was lost is
 * asked too: what its orders did in that time nobody else can tell.
 */
export async function givenUpKnowingly({
  cluster,
  deployments,
  lost,
}: World): Promise<Set<string>> {
  const rows = await Promise.all(
    [...deployments, ...lost].map(({ database }) =>
      cluster.query<{ purchase: string }>(database, GIVEN_UP),
    ),
  )
  return new Set(rows.flat().map(({ purchase }) => purchase))
}
