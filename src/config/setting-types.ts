import { z } from 'zod'

/** What is not blank. */
export const text = z.string().trim().min(1)

/** A whole number. Timers take no more than the default `max`: beyond it they fire at once. */
export const count = (fallback: number, min = 0, max = 2_147_483_647) =>
  z.coerce.number().int().min(min).max(max).default(fallback)
