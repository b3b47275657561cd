import { checkLaws } from './laws.ts'
import type { Snapshot } from './snapshot.ts'
import type { World } from './world.ts'

/** What several acts at once did, as the tables show it. */
export interface Step {
  world: World
  before: Snapshot
  after: Snapshot
  /** Nothing else was done in this step, so its outcome is certain. */
  alone: boolean
}

/** Says whether what an act was told is right; fails where it is not. */
export type Verdict = (step: Step) => void

/** Something that somebody does at any time. Choices are numbers, taken modulo what there is. */
export interface Act {
  label: string
  run(world: World): Promise<Verdict>
}

/** Does the acts all at once, on connections of their own, and checks what they were told and did. */
export async function takeStep(world: World, acts: Act[]): Promise<void> {
  const before = world.now
  const done = await Promise.allSettled(acts.map((act) => act.run(world)))
  const failed = done.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
  const after = await world.snapshot()
  const step = { world, before, after, alone: acts.length === 1 }
  for (const each of done) if (each.status === 'fulfilled') each.value(step)
  checkLaws(step)
}

/** The n-th of a list, again from its beginning. */
export function pick<T>(list: T[], n: number): T | undefined {
  return list[Math.floor(n) % list.length]
}

/** One of those that matter, as a rule; every fourth time one of all. */
export function pickFirst<T>(first: T[], all: T[], n: number): T | undefined {
  return n % 4 === 0 || first.length === 0 ? pick(all, n / 4) : pick(first, n)
}
