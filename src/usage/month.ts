import { z } from 'zod'

/** A month, in UTC. */
export interface Month {
  /** `2026-11`. */
  name: string
  /** ISO times; the end is not included. */
  from: string
  to: string
}

/** A month as it is asked for; the current one where none is given. */
export const MonthInput = z
  .string()
  .regex(/^2\d{3}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
  .optional()
  .meta({ description: 'YYYY-MM, in UTC; the current month by default', examples: ['2026-05'] })

/** `name` as MonthInput takes it. */
export function monthOf(name: string | undefined, now: Date): Month {
  const month = name ?? now.toISOString().slice(0, 7)
  const from = new Date(`${month}-01T00:00:00Z`)
  const to = new Date(from)
  to.setUTCMonth(to.getUTCMonth() + 1)
  return { name: month, from: from.toISOString(), to: to.toISOString() }
}
