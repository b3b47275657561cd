import { misbilled, misbilledLater } from './bills.ts'
import { type Eventual, eventually } from './eventually.ts'
import { givenUpKnowingly, isLive, isPaid, PRICE, readFacts } from './facts.ts'
import { liveGivenBack } from './given-back.ts'
import type { Lost } from './lost.ts'
import { lookOutside } from './outside.ts'
import type { Plan } from './plan.ts'
import type { Line, Played } from './played.ts'
import { wrongServices } from './services.ts'
import { wrongSettings } from './settings.ts'
import type { World } from './world.ts'
import { writtenOff } from './written-off.ts'

/** What must not be; all 0 in a healthy world. */
export interface Verdict extends Eventual {
  /** Paid at Twilio under our tag, and unknown to the database. */
  orphans: number
  /** In the database as ours, and not at Twilio. */
  ghosts: number
  /** Orders that bought more than one number, and had not given the first up after two looks. */
  doublePurchases: number
  /** Numbers beyond what sign-ups and batches asked for. */
  neverAskedFor: number
  twoOwners: number
  /** Numbers that went from one organization to another without a quarantine. */
  changedHands: number
  /**
   * Organizations with neither a live number nor a notification, that did not give theirs up. One
   * that took it back in a time that was lost has given it up, as far as anybody can know.
   */
  leftBehind: number
  /** Numbers given back although their quarantine is not over. */
  releasedEarly: number
  /** Numbers given back that somebody had, as only a lost database knew. */
  liveGivenBack: number
  /** Numbers that count as gone, and are there. */
  writtenOff: number
  /** Settings at the carriers that are not those of the number's status. */
  wrongSettings: number
  /** Numbers of others in the account that are not as they were, or that we count as ours. */
  foreignTouched: number
  /** Work that did not end, and requests that were not answered as they must be. */
  unfinished: number
  internalErrors: number
  /** Micro-dollars spent at Twilio and not accounted for in the databases. */
  unaccounted: number
  /** Micro-dollars by which the reports of usage differ from what the carriers took. */
  misbilled: number
}

export interface Judged {
  verdict: Verdict
  bought: number
  /** Late purchases that only the sweep could find. */
  adopted: number
  spent: number
  expected: number
  /** What came from customers. */
  counts: { texts: number; calls: number; voicemails: number }
  /** What is wrong, in words. */
  details: string[]
}

/** Compares what the outside world knows with what the databases know and what was asked for. */
export async function judge(
  world: World,
  plan: Plan,
  played: Played,
  unfinished: string[],
): Promise<Judged> {
  // First, because it waits for what is still to come.
  const talks = await eventually(world, played)
  const outsideWorld = await lookOutside(world)
  const { twilio } = outsideWorld
  const facts = await Promise.all(world.deployments.map((each) => readFacts(world, each)))
  const spent = twilio.spentBy.numbers - world.elsewhere.length * PRICE
  const expected = sum(facts, (each) => each.rows.filter(isPaid).length) * PRICE
  const foreign = new Set(world.elsewhere.map((number) => number.sid))
  const liveRows = facts.flatMap((each) => each.rows.filter(isLive))
  const outside = new Map(twilio.numbers.map((number) => [number.sid, number]))
  const known = new Set(liveRows.map((row) => row.twilio_phone_sid))
  const settings = [
    ...(await wrongSettings(world, outsideWorld)),
    ...(await wrongServices(world, outsideWorld)),
  ]
  const outdated = new Set(world.lost.flatMap((each) => each.outdated))
  const givenUp = await givenUpKnowingly(world)
  const ours = twilio.numbers.filter((number) => !foreign.has(number.sid))

  const judged: Judged = {
    verdict: {
      orphans: ours.filter((number) => !known.has(number.sid)).length,
      ghosts: liveRows.filter((row) => !outside.has(row.twilio_phone_sid ?? '')).length,
      doublePurchases: repeated(
        ours
          .map((number) => `${number.friendly_name} ${number.phone_number}`)
          .filter((purchase) => !givenUp.has(purchase))
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
      changedHands: plan.quarantineDays > 0 ? sum(facts, (each) => each.changedHands) : 0,
      twoOwners:
        sum(facts, (each) => each.twiceHeld) + repeated(liveRows.map((row) => row.phone_number)),
      leftBehind: sum(facts, ({ withoutLine }, index) => {
        const lines = played.deployments[index]?.lines ?? []
        const lost = world.lost.filter(({ deployment }) => deployment === index)
        const gaveUp = new Set(
          lines
            .filter((line) => line.isGivenUp || isOfLostTime(line.restored, lost))
            .map((line) => line.organizationId),
        )
        return withoutLine.filter((id) => !gaveUp.has(id)).length
      }),
      releasedEarly:
        plan.quarantineDays === 0
          ? 0
          : sum(
              facts,
              (each) =>
                each.rows.filter(
                  (row) => row.status === 'released' && !outdated.has(row.phone_number),
                ).length,
            ),
      liveGivenBack: await liveGivenBack(world, outsideWorld),
      writtenOff: await writtenOff(world, outsideWorld),
      wrongSettings: settings.length,
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
      misbilled: await misbilled(world),
      ...talks.verdict,
    },
    bought: spent / PRICE,
    adopted: sum(facts, (each) => each.adopted),
    spent,
    expected,
    counts: {
      texts: twilio.messages.filter(({ direction }) => direction === 'inbound').length,
      calls: twilio.calls.filter(({ direction }) => direction === 'inbound').length,
      voicemails: twilio.recordings.length,
    },
    details: [...settings, ...talks.details],
  }
  // Last, because the databases are of another time afterwards.
  if (plan.endsMonth) judged.verdict.misbilled += await misbilledLater(world)
  return judged
}

function isOfLostTime(asked: Line['restored'], lost: Lost[]): boolean {
  return !!asked && lost.some(({ since, until }) => asked.ended >= since && asked.begun <= until)
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
