import { z } from 'zod'
import type { Database } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import type { Erasure } from './erasure.ts'

/** How much was erased of a contact, and whom, for the log. */
const ErasedParts = z.object({
  messages: z.int(),
  calls: z.int(),
  erased: z
    .object({
      organization_id: z.guid(),
      contact_ids: z.array(z.guid()),
      customers: z.array(z.string()),
      erased_at: z.string(),
    })
    .transform(
      (row): Erasure => ({
        organizationId: row.organization_id,
        contactIds: row.contact_ids,
        customers: row.customers,
        erasedAt: row.erased_at,
      }),
    ),
})

export type ContactErasingStore = ReturnType<typeof createContactErasingStore>

/** Erasing contacts here; what carriers have of them follows (erasure-store.ts). */
export function createContactErasingStore(db: Database) {
  return {
    /**
     * Erases the contact with all that is kept of it; answers how much that was, and whom.
     * @throws AppError precondition_failed where it has none of these `versions`; null: whichever it has
     */
    delete: (actor: Actor, organizationId: string, contactId: string, versions: string[] | null) =>
      db.rpc('delete_contact', { actor, organizationId, contactId, versions }, ErasedParts),
    /** Erases again who is back with a restored database; see reapply_erasures. */
    reapplyErasures: (actor: Actor, erasures: Erasure[]) =>
      db.rpc(
        'reapply_erasures',
        {
          actor,
          erasures: erasures.map((each) => ({
            organization_id: each.organizationId,
            contact_ids: each.contactIds,
            customers: each.customers,
            erased_at: each.erasedAt,
          })),
        },
        z.object({ erased: z.array(ErasedParts), unknown: z.int() }),
      ),
  }
}
