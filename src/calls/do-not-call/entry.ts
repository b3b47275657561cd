import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'

/** A number that must not be called: by one organization, or by anybody here. */
export const DoNotCallEntry = z
  .object({
    id: z.guid(),
    phone_number: z.string(),
    reason: z.string().nullable(),
    created_by: z
      .guid()
      .nullable()
      .describe('the user or API key; null for an operator, or where an agent heard it'),
    heard_in_call: z
      .guid()
      .nullable()
      .describe('the call on which the customer told its agent; null: entered manually'),
    created_at: Timestamp,
  })
  .meta({ id: 'DoNotCallEntry' })
