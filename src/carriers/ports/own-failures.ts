import { type Carrier, CarrierError, refusesAll } from './carrier-error.ts'

/**
 * Tells a failure that is about one thing alone from one of a carrier that is away, or refuses everything. `answers`: a
 * harmless question to each carrier, asked once at most.
 * @returns whether an error is about what was asked for alone
 */
export function createOwnFailures(answers: Partial<Record<Carrier, () => Promise<boolean>>>) {
  const asked = new Map<Carrier, Promise<boolean> | undefined>()
  return async (error: Error): Promise<boolean> => {
    if (!(error instanceof CarrierError)) return true
    if (refusesAll.has(error.kind)) return false
    const { carrier } = error
    if (!asked.has(carrier)) asked.set(carrier, answers[carrier]?.())
    return (await asked.get(carrier)) ?? true
  }
}
