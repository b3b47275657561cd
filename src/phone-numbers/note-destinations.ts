import { z } from 'zod'
import type { Database } from '../database/db.ts'
import { countriesOf } from '../telephony/destination.ts'

/** Organizations at a time. */
const BATCH = 100

const Unknown = z.object({
  organizations: z.array(z.object({ id: z.guid(), numbers: z.array(z.string()) })),
})

/**
 * Notes the countries of the numbers to which settings put callers through that were made before countries were kept: the
 * database cannot tell them from a number. Once: later settings come with theirs.
 */
export async function noteUnknownDestinations(db: Database): Promise<void> {
  for (;;) {
    const { organizations } = await db.rpc('unknown_destinations', { limit: BATCH }, Unknown)
    for (const { id, numbers } of organizations)
      await db.rpc(
        'note_unknown_destinations',
        { organizationId: id, countries: countriesOf(numbers) },
        z.object({ noted: z.boolean() }),
      )
    if (organizations.length < BATCH) return
  }
}
