import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { DoNotCallEntry } from './entry.ts'

export type DoNotCallStore = ReturnType<typeof createDoNotCallStore>

/**
 * Lists of numbers that must not be called. `organizationId` null is the list for everybody, which is
 * the operators'. All throw organization_not_found; changes also role_required.
 */
export function createDoNotCallStore(db: Database) {
  return {
    /** The newest first; of one number, where it is given. */
    list: (
      actor: Actor,
      organizationId: string | null,
      phoneNumber: string | null,
      page: PageRequest,
    ) =>
      db.rpc(
        'list_do_not_call',
        { actor, organizationId, phoneNumber, ...page },
        pageSchema(DoNotCallEntry),
      ),
    /** A number that is there already stays, with the new reason where one is given. */
    add: (
      actor: Actor,
      organizationId: string | null,
      entry: { phoneNumber: string; reason: string | null },
    ) =>
      db.rpc(
        'add_do_not_call',
        { actor, organizationId, ...entry },
        z.object({ created: z.boolean(), entry: DoNotCallEntry }),
      ),
    /** `removed` is false for a number that was not there. */
    remove: (actor: Actor, organizationId: string | null, phoneNumber: string) =>
      db.rpc(
        'remove_do_not_call',
        { actor, organizationId, phoneNumber },
        z.object({ removed: z.boolean() }),
      ),
  }
}
