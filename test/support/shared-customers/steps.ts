import fc from 'fast-check'

/** Which of two organizations, and which of the two customers that they share. */
export type Which = 0 | 1

export interface Pair {
  side: Which
  customer: Which
}

/** How a server dies: at so many calls to what it works with, before or after the effect of the last. */
export interface Death {
  calls: number
  where: 'before' | 'after'
}

/**
 * What can happen. Delays count steps: what carriers tell comes so much later than it happened, once for each of them.
 * A lost text is told by no webhook until it was caught up late.
 */
export type Step =
  | ({ kind: 'text'; line: Which; isLost: boolean; reports: number[] } & Pair)
  | ({ kind: 'call'; begun: number[]; ended: number[] } & Pair)
  /** Servers work on what is due, and die; meanwhile a person may text. */
  | { kind: 'servers'; deaths: Death[]; person: Pair | null }
  | ({ kind: 'person' | 'hand back' } & Pair)

const either = fc.constantFrom<Which>(0, 1)
const pair = { side: either, customer: either }

/** Once to three times. */
const reports = fc.array(fc.oneof(fc.constant(0), fc.nat(6)), { minLength: 1, maxLength: 3 })

const death: fc.Arbitrary<Death> = fc.record({
  calls: fc.integer({ min: 1, max: 12 }),
  where: fc.constantFrom('before', 'after'),
})

const text = fc.record({
  kind: fc.constant('text' as const),
  ...pair,
  line: either,
  isLost: fc.constantFrom(false, false, false, true),
  reports,
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      ...pair,
      begun: reports,
      ended: reports,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('servers' as const),
      deaths: fc.array(death, { minLength: 1, maxLength: 2 }),
      person: fc.option(fc.record(pair), { freq: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('person' as const, 'hand back' as const),
      ...pair,
    }),
  },
)

/** Few enough that nobody takes two who write to each other so fast for machines. */
export const stories = fc.array(step, { minLength: 3, maxLength: 7 })
