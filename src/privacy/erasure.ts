import { z } from 'zod'
import { MAX_TIME } from '../http/schemas.ts'

/** The log's word for an erasure; `npm run erasures:reapply` looks for it. */
export const ERASED = 'contact erased'

/** Its word where the database did not tell whether the contact was erased: somebody has to ask again. */
export const MAY_BE_ERASED = 'contact may be erased; ask for it again'

/** How many one request takes. */
export const MAX_ERASURES = 100

const ids = <T extends z.ZodType>(id: T) => z.array(id).min(1).max(1_000)

/** That a contact was erased, as the log keeps it: nothing here tells who it was. */
export const Erasure = z
  .strictObject({
    organizationId: z.guid(),
    contactIds: ids(z.guid()).describe('the contact, and those that were merged into it'),
    customers: ids(z.string().regex(/^[0-9a-f]{64}$/)).describe(
      'hashes of organization and phone number',
    ),
    erasedAt: z.iso.datetime({ offset: true }).max(MAX_TIME),
  })
  .meta({ id: 'Erasure' })
export type Erasure = z.infer<typeof Erasure>

/** How many contacts were erased again, and how many organizations are not known. */
export const ReapplyAnswer = z.object({
  success: z.literal(true),
  erased: z.int(),
  unknown: z.int().describe('erasures of organizations that are not here, and nothing of them'),
})
export type ReapplyAnswer = z.infer<typeof ReapplyAnswer>
