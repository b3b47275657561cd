import fc from 'fast-check'
import type { StoryEvent } from './event.ts'

/** More events than a story has. */
const MAX_EVENTS = 18

/** By how many places a delivery comes later than in the orderly schedule. */
const delay = fc.oneof(
  { withCrossShrink: true },
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat({ max: 4 }) },
  { weight: 2, arbitrary: fc.nat({ max: MAX_EVENTS }) },
)

/** One to three deliveries of an event. */
const deliveries = fc.oneof(
  { withCrossShrink: true },
  { weight: 5, arbitrary: fc.tuple(delay) },
  { weight: 3, arbitrary: fc.tuple(delay, delay) },
  { weight: 1, arbitrary: fc.tuple(delay, delay, delay) },
)

/** `delays` by event, in the story's order; `atOnce`: how many deliveries may be under way together. */
export interface Schedule {
  delays: number[][]
  atOnce: number
}

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  delays: fc.array(deliveries, { minLength: MAX_EVENTS, maxLength: MAX_EVENTS }),
  atOnce: fc.integer({ min: 1, max: 3 }),
})

export const orderly: Schedule = { delays: [], atOnce: 1 }

/**
 * Delivers a story as the schedule says. An event that needs another one before it, for the first
 * time, waits for that. @returns what was delivered, in rounds
 */
export async function deliver(events: StoryEvent[], schedule: Schedule): Promise<string[]> {
  let waiting = events
    .flatMap((event, place) => {
      const [first = 0, ...more] = schedule.delays[place] ?? []
      return (event.isAct ? [first] : [first, ...more]).map((by) => ({ event, at: place + by }))
    })
    .sort((one, other) => one.at - other.at)
  const done = new Set<StoryEvent>()
  const rounds: string[] = []
  while (waiting.length > 0) {
    const round = waiting
      .filter(({ event }) => event.after.every((earlier) => done.has(earlier)))
      .slice(0, schedule.atOnce)
    await Promise.all(round.map(({ event }) => event.deliver()))
    for (const { event } of round) done.add(event)
    rounds.push(round.map(({ event }) => event.name).join(' + '))
    waiting = waiting.filter((each) => !round.includes(each))
  }
  return rounds
}
