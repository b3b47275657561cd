import type { Plan } from '../plan.ts'
import type { Variant } from '../variant.ts'
import type { Verdict } from '../verdict.ts'

/** A defect, the plan that brings it to light, and what it must be found out by. */
export interface Mutant extends Variant {
  defect: string
  raises: keyof Verdict
  plan: Plan
  /** What the sound product is run with where the plan is no everyday one: it must be passed. */
  sound?: Variant
}

/** Nothing happens in it yet. */
export const quiet = {
  seed: 0,
  servers: [1],
  voice: 'elevenlabs' as const,
  quarantineDays: 14,
  stock: 40,
  lasts: 0,
}
export const signUp = (at: number, deployment = 0) =>
  ({ at, deployment, kind: 'sign_up', areaCode: '604' }) as const
