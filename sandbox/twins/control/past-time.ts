import { z } from 'zod'

/** When something happened that is on the vendor's record, where that is not now. */
export const pastTime = z.iso
  .datetime()
  .transform((value) => new Date(value))
  .optional()
