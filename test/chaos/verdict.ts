import type { Plan } from './plan.ts'
import type { Played } from './played.ts'
import type { Deployment, OutsideNumber, World } from './world.ts'

/** What must not be; all 0 in a healthy world. */
export interface Verdict {
  /** Paid at Twilio under our tag, and unknown to the database. */
  orphans: number
  /** In the database as ours, and not at Twilio. */
  ghosts: number
  /** Orders that bought more than one number, and had not given the first up after two looks. */
  doublePurchases: number
  /** Numbers beyond what sign-ups and batches asked for. */
  neverAskedFor: number
  twoOwners: number
  /** Organizations with neither a live number nor a notification, that did not give theirs up. */
  leftBehind: number
  /** Numbers given back although their quarantine is not over. */
  releasedEarly: number
  /** Numbers of others in the account that are not as they were, or that we count as ours. */
  foreignTouched: number
  /** Work that did not end, and requests that were not answered as they must be. */
  unfinished: number
  internalErrors: number
  /** Micro-dollars spent at Twilio and not accounted for in the databases. */
  unaccounted: number
}

export interface Judged {
  verdict: Verdict
  bought: number
  /** Late purchases that only the sweep could find. */
  adopted: number
  spent: number
  expected: number
}

/** The sandbox's price of a local number, in micro-dollars. */
const PRICE = 1_000_000

/** Compares what the outside world knows with what the databases know and what was asked for. */
export async function judge(
  world: World,
  plan: Plan,
  played: Played,
  unfinished: string[],
): Promise<Judged> {
  const { twilio } = (await world.control('GET', 'state')) as {
    twilio: { numbers: OutsideNumber[]; spentBy: { numbers: number } }
  }
  const facts = await Promise.all(world.deployments.map((each) => read(world, each)))
  const spent = twilio.spentBy.numbers - world.elsewhere.length * PRICE
  const expected = sum(facts, (each) => each.rows.filter(isPaid).length) * PRICE
  const foreign = new Set(world.elsewhere.map((number) => number.sid))
  const liveRows = facts.flatMap((each) => each.rows.filter(isLive))
  const outside = new Map(twilio.numbers.map((number) => [number.sid, number]))
  const known = new Set(liveRows.map((row) => row.twilio_phone_sid))
  const givenUpKnowingly = new Set(facts.flatMap((each) => each.lookedTwice))
  const ours = twilio.numbers.filter((number) => !foreign.has(number.sid))

  return {
    verdict: {
      orphans: ours.filter((number) => !known.has(number.sid)).length,
      ghosts: liveRows.filter((row) => !outside.has(row.twilio_phone_sid ?? '')).length,
      doublePurchases: repeated(
        ours
          .map((number) => `${number.friendly_name} ${number.phone_number}`)
          .filter((purchase) => !givenUpKnowingly.has(purchase))
          .map((purchase) => purchase.split(' ')[0] ?? ''),
      ),
      neverAskedFor: sum(facts, ({ bought }, index) => {
        const asked = played.deployments[index]
        return (
          over(bought.signup, asked?.signUps) +
          over(bought.batch, asked?.batched) +
          (bought.other ?? 0)
        )
      }),
      twoOwners:
        sum(facts, (each) => each.twiceHeld) + repeated(liveRows.map((row) => row.phone_number)),
      leftBehind: sum(facts, ({ withoutLine }, index) => {
        const gaveUp = new Set(
          played.deployments[index]?.lines
            .filter((line) => line.isGivenUp)
            .map((line) => line.organizationId),
        )
        return withoutLine.filter((id) => !gaveUp.has(id)).length
      }),
      releasedEarly:
        plan.quarantineDays === 0
          ? 0
          : sum(facts, (each) => each.rows.filter((row) => row.status === 'released').length),
      foreignTouched:
        world.elsewhere.filter(
          (number) => JSON.stringify(outside.get(number.sid)) !== JSON.stringify(number),
        ).length +
        liveRows.filter((row) => foreign.has(row.twilio_phone_sid ?? '')).length +
        sum(
          facts,
          ({ id, origin }) =>
            ours.filter(
              (number) =>
                number.friendly_name.startsWith(`orgline:${id}:`) &&
                !number.sms_url.startsWith(`${origin}/`),
            ).length,
        ),
      unfinished: unfinished.length,
      internalErrors: sum(world.deployments, ({ client }) => client.internalErrors()),
      unaccounted: Math.abs(spent - expected),
    },
    bought: spent / PRICE,
    adopted: sum(facts, (each) => each.adopted),
    spent,
    expected,
  }
}

interface Row {
  phone_number: string
  status: string
  twilio_phone_sid: string | null
}

const isLive = (row: Row) => !['released', 'failed', 'purchasing'].includes(row.status)
const isPaid = (row: Row) => row.twilio_phone_sid !== null && row.status !== 'failed'

const FACTS = `select jsonb_build_object(
  'id', (select d.id from public.deployment d),
  'rows', (select coalesce(jsonb_agg(jsonb_build_object(
    'phone_number', p.phone_number, 'status', p.status, 'twilio_phone_sid', p.twilio_phone_sid)), '[]')
    from public.phone_numbers p),
  'bought', (select coalesce(jsonb_object_agg(b.cause, b.count), '{}') from (
    select case when n.cause in ('signup', 'batch') then n.cause else 'other' end as cause, count(*)
    from public.number_orders n where n.cause <> 'adopted' and exists (
      select from public.number_order_attempts a where a.order_id = n.id and a.outcome = 'bought') group by 1) b),
  'adopted', (select count(*) from public.number_orders n where n.cause = 'adopted'),
  'lookedTwice', (select coalesce(jsonb_agg(format('orgline:%s:%s %s', d.id, a.order_id, a.phone_number)), '[]')
    from public.number_order_attempts a, public.deployment d where a.first_empty_look_at is not null),
  'twiceHeld', (select count(*) from (
    select from public.organization_phone_numbers h where h.ended_at is null group by h.phone_number_id having count(*) > 1) t),
  'withoutLine', (select coalesce(jsonb_agg(o.id), '[]') from public.organizations o
    where not exists (select from public.organization_phone_numbers h
        where h.organization_id = o.id and h.ended_at is null and h.is_active)
      and not exists (select from public.admin_notifications n
        where n.organization_id = o.id and n.status = 'pending'))) as facts`

interface Facts {
  id: string
  origin: string
  rows: Row[]
  bought: { signup?: number; batch?: number; other?: number }
  adopted: number
  lookedTwice: string[]
  twiceHeld: number
  withoutLine: string[]
}

async function read(world: World, { database, servers }: Deployment): Promise<Facts> {
  const [row] = await world.cluster.query<{ facts: Facts }>(database, FACTS)
  if (!row) throw new Error(`${database} tells nothing`)
  return { ...row.facts, origin: servers[0]?.origin ?? '' }
}

function sum<T>(list: T[], of: (each: T, index: number) => number): number {
  return list.reduce((total, each, index) => total + of(each, index), 0)
}

const over = (had = 0, asked = 0) => Math.max(0, had - asked)

/** How many values come more than once. */
function repeated(values: string[]): number {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].filter((count) => count > 1).length
}
