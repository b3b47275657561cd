import { LOOK_INTERVAL_MS } from './deployment.ts'
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
    'phone_number', p.phone_number, 'status', p.status, 'twilio_phone_sid', p.twilio_phone_sid)), '[]')
    from orgline.phone_numbers p),
  'bought', (select coalesce(jsonb_object_agg(b.cause, b.count), '{}') from (
    select case when n.cause in ('signup', 'batch') then n.cause else 'other' end as cause, count(*)
    from orgline.number_orders n where n.cause <> 'adopted' and exists (
      select from orgline.number_order_attempts a where a.order_id = n.id and a.outcome = 'bought') group by 1) b),
  'adopted', (select count(*) from orgline.admin_notifications n where n.subject like 'adopted:%'),
  'changedHands', (select count(*) from (
    select h.organization_id, h.assigned_at,
      lag(h.organization_id) over n as before, lag(h.ended_at) over n as given_up
    from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
    window n as (partition by p.phone_number order by h.assigned_at)) c
    where c.organization_id <> c.before and c.assigned_at < c.given_up + interval '1 day'),
  'twiceHeld', (select count(*) from (
    select from orgline.organization_phone_numbers h where h.ended_at is null group by h.phone_number_id having count(*) > 1) t),
  'withoutLine', (select coalesce(jsonb_agg(o.id), '[]') from orgline.organizations o
    where not exists (select from orgline.organization_phone_numbers h
        where h.organization_id = o.id and h.ended_at is null and h.is_active)
      and not exists (select from orgline.admin_notifications n
        where n.organization_id = o.id and n.status = 'pending'))) as facts`

// An attempt that was given up made its number failed then, and what a sweep finds of it later becomes
// another row.
const GIVEN_UP = `select format('orgline:%s:%s %s', d.id, a.order_id, a.phone_number) as purchase
  from orgline.number_order_attempts a join orgline.phone_numbers p on p.id = a.phone_number_id, orgline.deployment d
  where p.status = 'failed' and p.updated_at >= a.first_empty_look_at + interval '${LOOK_INTERVAL_MS} ms'`

interface Facts {
  id: string
  origin: string
  rows: Row[]
  bought: { signup?: number; batch?: number; other?: number }
  adopted: number
  twiceHeld: number
  /** How often a number went from one organization to another without a quarantine. */
  changedHands: number
  withoutLine: string[]
}

/** What the database of a deployment knows. */
export async function readFacts(world: World, { database, servers }: Deployment): Promise<Facts> {
  const [row] = await world.cluster.query<{ facts: Facts }>(database, FACTS)
  if (!row) throw new Error(`${database} tells nothing`)
  return { ...row.facts, origin: servers[0]?.origin ?? '' }
}

/**
 * Tag and number of each purchase that an order gave up after two looks. A database that was lost is
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
