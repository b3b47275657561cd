import { z } from 'zod'
import type { Database } from '../../database/db.ts'

const Reviewed = z.object({
  /** Whether it is for this server to do, as far as the database knows. */
  leads: z.boolean(),
  /** Of how many numbers something else answers from now on, once they are synced. */
  changed: z.int(),
  /** Whether Twilio has to be asked if it still takes the token before. */
  ask: z.boolean(),
  /** Whether no import needs the token before, though Twilio may still take it. */
  clear: z.boolean(),
})

export type RenewalStore = ReturnType<typeof createRenewalStore>

/** Which imports are to be made anew, and how far that is. */
export function createRenewalStore(
  db: Database,
  options: {
    tokenHash: string
    previousHash: string | null
    publicUrl: string
    manualImport: boolean
    atOnce: number
  },
) {
  const { tokenHash, previousHash, publicUrl, manualImport: manual, atOnce } = options
  return {
    review: () =>
      db.rpc('review_imports', { tokenHash, previousHash, publicUrl, manual, atOnce }, Reviewed),
    noteRefused: (hash: string) => db.rpc('note_token_refused', { hash }, z.object({})),
    order: () =>
      db
        .rpc('order_renewals', { tokenHash, atOnce }, z.object({ ordered: z.int() }))
        .then(({ ordered }) => ordered),
  }
}
