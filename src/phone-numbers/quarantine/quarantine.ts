import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import { PhoneNumberStatus } from '../phone-number.ts'

/** How far a number is that was given up, or taken back. */
export const Quarantine = z.object({
  /** Of the number. */
  id: z.guid(),
  status: PhoneNumberStatus,
  /** Until when the number can be restored; null outside of quarantine. */
  release_at: Timestamp.nullable(),
  /** The carriers hold what they should. */
  synced: z.boolean(),
  /** Twilio shows something else than what is known here, so a person has to decide. */
  left_alone: z.boolean(),
  /** What still runs for the number, where its setup has to be finished. */
  order_id: z.guid().nullable(),
  /** Of one to be restored: it was not in quarantine, or is not any more. */
  was_in_use: z.literal(true).optional(),
})
export type Quarantine = z.infer<typeof Quarantine>
