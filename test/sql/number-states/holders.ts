import { type HoldingRow, holdingOf, liveNumber } from './snapshot.ts'
import { pickFirst, type Step } from './step.ts'
import type { World } from './world.ts'

/** One that is held, as a rule. */
export function aNumber({ now }: World, n: number): string {
  const held = now.numbers.filter((number) => holdingOf(now, number))
  return pickFirst(held, now.numbers, n)?.phone_number ?? ''
}

/** The organizations that had the number before, after, or at any time in the step. */
export function mayHaveHeld({ before, after }: Step, phoneNumber: string): string[] {
  const rows = after.numbers.filter((each) => each.phone_number === phoneNumber)
  const had = new Set(before.holdings.filter(({ ended_at }) => ended_at).map(({ id }) => id))
  return after.holdings
    .filter((each) => rows.some(({ id }) => id === each.phone_number_id) && !had.has(each.id))
    .map((each) => each.organization_id)
}

/** The one holding of the number from before the step until after it. */
export function holderThroughout(
  { before, after }: Step,
  phoneNumber: string,
): HoldingRow | undefined {
  const first = holdingOf(before, liveNumber(before, phoneNumber))
  return first && holdingOf(after, liveNumber(after, phoneNumber))?.id === first.id
    ? first
    : undefined
}
