import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { MarkedNumber } from '../phone-numbers/quarantine-mark.ts'

/** A number that is, or may be, ours, and what is going on with it. */
export const KnownNumber = MarkedNumber.extend({
  organization_id: z.guid().nullable(),
  /** Of the order that is not finished with it. */
  order_status: z.enum(['running', 'needs_attention']).nullable(),
  order_step: z.string().nullable(),
  sync_due: z.boolean(),
  /** On its way back to Twilio. */
  releasing: z.boolean(),
  ghost_since: Timestamp.nullable(),
  /** What Twilio showed when it was left alone because of that. */
  mark_doubt: z.string().nullable(),
})
export type KnownNumber = z.infer<typeof KnownNumber>

/** A part of what the database knows. */
export const InsidePage = z.object({
  deployment: z.string(),
  numbers: z.array(KnownNumber),
  next_cursor: z.guid().nullable(),
})

/** What the database knows; each part of it is of a moment of its own. */
export type Inside = Omit<z.infer<typeof InsidePage>, 'next_cursor'>
