import { z } from 'zod'
import { type Timings, timings } from '../src/config/timings.ts'

/** JSON of timings, for processes of the sandbox, of chaos and of tests; the product does not read it. */
export const TIMINGS = 'SANDBOX_TIMINGS'

/** The signal that ends the notice of a stop, instead of the clock: a test lets a server go on as long as it wants. */
export const NOTICE = 'SANDBOX_NOTICE'

const Given = z
  .strictObject(Object.fromEntries(Object.keys(timings).map((name) => [name, z.int().min(0)])))
  .partial()

/** Nobody waits a quarter of an hour to see what a call has cost. */
const ofSandbox: Partial<Timings> = { usageIntervalMs: 1_000 }

/** The sandbox's timings, with those of the environment. @throws Error when these are none */
export function timingsOf(env: Record<string, string | undefined>): Partial<Timings> {
  return { ...ofSandbox, ...Given.parse(JSON.parse(env[TIMINGS] ?? '{}')) }
}
