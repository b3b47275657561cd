import type { Played } from './play.ts'
import type { World } from './world.ts'

/** What must not be; all 0 in a healthy world. */
export interface Verdict {
  /** Paid at Twilio under our tag, and unknown to the database. */
  orphans: number
  /** In the database as ours, and not at Twilio. */
  ghosts: number
  /** Orders that bought more than one number. */
  doublePurchases: number
  twoOwners: number
  /** Organizations with neither a number nor a notification. */
  leftBehind: number
  /** Numbers whose texts go to another deployment than the one that bought them. */
  foreignTouched: number
  /** Work that did not end, and requests that were not answered as they must be. */
  unfinished: number
  internalErrors: number
  /** Micro-dollars spent at Twilio and not accounted for in the databases. */
  unaccounted: number
}

interface OutsideNumber {
  sid: string
  phone_number: string
  friendly_name: string
  sms_url: string
}

interface Row {
  phone_number: string
  status: string
  twilio_phone_sid: string | null
}

const LEFT_BEHIND = `
  select o.id from public.organizations o
  where not exists (
      select from public.organization_phone_numbers h where h.organization_id = o.id and h.ended_at is null and h.is_active)
    and not exists (
      select from public.admin_notifications n where n.organization_id = o.id and n.status = 'pending')`

const HOLDERS = `
  select phone_number_id from public.organization_phone_numbers where ended_at is null
  group by phone_number_id having count(*) > 1`

/** The sandbox's price of a local number, in micro-dollars. */
const PRICE = 1_000_000

/** Compares what the outside world knows with what the databases know. */
export async function judge(
  world: World,
  played: Played,
  unfinished: string[],
): Promise<{ verdict: Verdict; bought: number; spent: number; expected: number }> {
  const { twilio } = (await world.control('GET', 'state')) as {
    twilio: { numbers: OutsideNumber[]; spent: number }
  }
  const verdict: Verdict = {
    orphans: 0,
    ghosts: 0,
    doublePurchases: repeated(twilio.numbers.map((number) => number.friendly_name)),
    twoOwners: 0,
    leftBehind: 0,
    foreignTouched: 0,
    unfinished: unfinished.length,
    internalErrors: 0,
    unaccounted: 0,
  }
  let paid = 0
  const live: string[] = []
  for (const { database, client, servers } of world.deployments) {
    const [deployment] = await world.cluster.query<{ id: string }>(
      database,
      'select id from public.deployment',
    )
    const rows = await world.cluster.query<Row>(
      database,
      'select phone_number, status, twilio_phone_sid from public.phone_numbers',
    )
    const ours = twilio.numbers.filter((number) =>
      number.friendly_name.startsWith(`orgline:${deployment?.id}:`),
    )
    const liveRows = rows.filter(
      (row) => !['released', 'failed', 'purchasing'].includes(row.status),
    )
    const known = new Set(liveRows.map((row) => row.twilio_phone_sid))
    const outside = new Set(twilio.numbers.map((number) => number.sid))
    verdict.orphans += ours.filter((number) => !known.has(number.sid)).length
    verdict.ghosts += liveRows.filter((row) => !outside.has(row.twilio_phone_sid ?? '')).length
    verdict.foreignTouched += ours.filter(
      (number) => !number.sms_url.startsWith(`${servers[0]?.origin}/`),
    ).length
    verdict.twoOwners += (await world.cluster.query(database, HOLDERS)).length
    verdict.leftBehind += (await world.cluster.query<{ id: string }>(database, LEFT_BEHIND)).filter(
      ({ id }) => !played.gaveUp.has(id),
    ).length
    verdict.internalErrors += client.internalErrors()
    paid += rows.filter((row) => row.twilio_phone_sid !== null && row.status !== 'failed').length
    live.push(...liveRows.map((row) => row.phone_number))
  }
  verdict.twoOwners += repeated(live)
  verdict.unaccounted = Math.abs(twilio.spent - paid * PRICE)
  return { verdict, bought: twilio.spent / PRICE, spent: twilio.spent, expected: paid * PRICE }
}

/** How many values come more than once. */
function repeated(values: string[]): number {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].filter((count) => count > 1).length
}
