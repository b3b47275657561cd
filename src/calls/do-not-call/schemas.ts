import { z } from 'zod'
import { DestinationInput, NextCursor, PageQuery, PhoneNumberInUrl } from '../../http/schemas.ts'
import { DoNotCallEntry } from './entry.ts'

export const DoNotCallBody = z.strictObject({
  // Nobody's number needs no place there: it is not called anyway.
  phoneNumber: DestinationInput,
  reason: z.string().trim().min(1).max(500).optional(),
})

export const DoNotCallQuery = PageQuery.extend({ phoneNumber: PhoneNumberInUrl.optional() })

export const NumberParams = z.object({ phoneNumber: PhoneNumberInUrl })

export const Listed = z.object({
  success: z.literal(true),
  doNotCall: z.array(DoNotCallEntry),
  nextCursor: NextCursor,
})

export const Entered = z.object({ success: z.literal(true), entry: DoNotCallEntry })

export const Removed = z.object({
  success: z.literal(true),
  phoneNumber: z.string(),
  removed: z.boolean().describe('false: it was not on this list'),
})
