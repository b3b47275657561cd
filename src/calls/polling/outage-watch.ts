import type { CarrierError } from '../../carriers/ports/carrier-error.ts'

/** So many agents in a row that give no answer are an outage of the platform. */
const OUTAGE = 3

/** What came of one agent's list. */
export interface Scanned {
  problem: CarrierError | undefined
  /** In the place of a problem: the platform does not know the agent, which may be wrong, and is no reading. */
  gone: CarrierError | undefined
  isEmpty: boolean
  /** The problem is one with whatever is asked. */
  isOfAll: boolean
}

/** Whether the platform answers at all, by what came of one agent after the other. */
export function createOutageWatch() {
  let unreachableInARow = 0
  let isAnyRead = false
  let lastProblem: CarrierError | undefined
  let lastGone: CarrierError | undefined
  let hasBegun = false
  return {
    hasBegun: () => hasBegun,
    isAnyRead: () => isAnyRead,
    note({ problem, gone, isEmpty, isOfAll }: Scanned): void {
      isAnyRead ||= !(problem ?? gone) || !isEmpty
      unreachableInARow = problem?.kind === 'unreachable' ? unreachableInARow + 1 : 0
      hasBegun ||= isOfAll || unreachableInARow === OUTAGE
      lastProblem = problem ?? lastProblem
      lastGone = gone ?? lastGone
    },
    /** @throws CarrierError the last problem, where no agent could be read; that one is gone tells less */
    throwUnlessRead(): void {
      const last = lastProblem ?? lastGone
      if (last && !isAnyRead) throw last
    },
  }
}
