import { z } from 'zod'

/** A row of a carrier's list that is not as documented, as far as anything of it can be read. */
export interface Unreadable {
  id: string | undefined
  phoneNumber: string | undefined
  reason: string
}

/** Told of each such row; the rest of the list goes on. Without it, one such row fails the list. */
export type OnUnreadable = (row: Unreadable) => void

/** Why an answer, or a row of one, is not as documented, in words. */
export function whyUnreadable(error: { issues: z.core.$ZodIssue[] }): string {
  return `an answer we cannot read: ${z.prettifyError(error)}`
}
