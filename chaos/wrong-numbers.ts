import type { CarrierState } from './carriers.ts'
import { type Facts, givenUpKnowingly, isLive, type Order } from './facts.ts'
import type { Lost } from './lost.ts'
import type { Plan } from './plan.ts'
import type { Line, Played } from './played.ts'
import { liveReleased } from './released.ts'
import type { CarrierNumber, World } from './world.ts'
import { writtenOff } from './written-off.ts'

interface Reported {
  plan: Plan
  played: Played
  facts: Facts[]
  atCarriers: CarrierState
}

/** Of each column that is about numbers and who has them, what is wrong, in words. */
export async function wrongNumbers(world: World, { plan, played, facts, atCarriers }: Reported) {
  const { twilio } = atCarriers
  const foreign = new Set(world.elsewhere.map(({ sid }) => sid))
  const ours = twilio.numbers.filter(({ sid }) => !foreign.has(sid))
  const liveRows = facts.flatMap((each) => each.rows.filter(isLive))
  const known = new Set(liveRows.map((row) => row.twilio_phone_sid))
  const there = new Map(twilio.numbers.map((number) => [number.sid, number]))
  const outdated = new Set(world.lost.flatMap((each) => each.outdated))
  const givenUp = await givenUpKnowingly(world)
  const hasQuarantine = plan.quarantineDays > 0

  return {
    orphans: ours.filter(({ sid }) => !known.has(sid)).map(nameOf),
    ghosts: inWords(liveRows.filter((row) => !there.has(row.twilio_phone_sid ?? ''))),
    doublePurchases: repeated(
      ours.filter((each) => !givenUp.has(`${each.friendly_name} ${each.phone_number}`)),
      ({ friendly_name }) => friendly_name,
    ),
    neverAskedFor: facts.flatMap(({ bought }, index) => {
      const asked = played.deployments[index]
      return inWords([
        ...bought.filter(isFor('signup')).slice(asked?.signUps ?? 0),
        ...bought.filter(isFor('batch')).slice(asked?.batched ?? 0),
        ...bought.filter((order) => !isFor('signup')(order) && !isFor('batch')(order)),
      ])
    }),
    changedHands: hasQuarantine ? inWords(facts.flatMap((each) => each.changedHands)) : [],
    twoOwners: [
      ...inWords(facts.flatMap((each) => each.twiceHeld)),
      ...repeated(liveRows, (row) => row.phone_number),
    ],
    leftBehind: facts.flatMap(({ withoutLine }, index) => {
      const lines = played.deployments[index]?.lines ?? []
      const lost = world.lost.filter(({ deployment }) => deployment === index)
      const gaveUp = new Set(
        lines
          .filter((line) => line.isGivenUp || isOfLostTime(line.restored, lost))
          .map((line) => line.organizationId),
      )
      return inWords(withoutLine.filter(({ id }) => !gaveUp.has(id)))
    }),
    releasedEarly: inWords(
      facts
        .flatMap((each) => each.rows)
        .filter(
          (row) => hasQuarantine && row.status === 'released' && !outdated.has(row.phone_number),
        ),
    ),
    liveReleased: await liveReleased(world, atCarriers),
    writtenOff: await writtenOff(world, atCarriers),
    foreignTouched: [
      ...inWords(
        world.elsewhere.filter(
          (number) => JSON.stringify(there.get(number.sid)) !== JSON.stringify(number),
        ),
      ),
      ...inWords(liveRows.filter((row) => foreign.has(row.twilio_phone_sid ?? ''))),
      // A person who imports one that was given up meanwhile has ElevenLabs get its texts; the settings
      // tell whether anybody hears of that.
      ...facts.flatMap(({ id }) =>
        ours
          .filter(
            ({ friendly_name, sms_url }) =>
              friendly_name.startsWith(`orgline:${id}:`) &&
              facts.some((other) => other.id !== id && sms_url.startsWith(`${other.origin}/`)),
          )
          .map((number) => {
            const rows = liveRows.filter((row) => row.twilio_phone_sid === number.sid)
            return `${nameOf(number)}, here: ${JSON.stringify(rows)}`
          }),
      ),
    ],
  }
}

const isFor = (cause: string) => (order: Order) => order.cause === cause

const nameOf = ({ phone_number, sid, friendly_name, sms_url }: CarrierNumber) =>
  `${phone_number} ${sid} "${friendly_name}" at ${sms_url}`

const inWords = (all: object[]) => all.map((each) => JSON.stringify(each))

function isOfLostTime(asked: Line['restored'], lost: Lost[]): boolean {
  return !!asked && lost.some(({ since, until }) => asked.ended >= since && asked.begun <= until)
}

/** Those that have their name in common, each name once. */
function repeated<T>(all: T[], name: (each: T) => string): string[] {
  return [...Map.groupBy(all, name)].flatMap(([of, each]) =>
    each.length > 1 ? [`${of}: ${JSON.stringify(each)}`] : [],
  )
}
