import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { DoNotCallEntry } from './entry.ts'

const Page = pageSchema(DoNotCallEntry)
const Added = z.object({ created: z.boolean(), entry: DoNotCallEntry })
const Removed = z.object({ removed: z.boolean() })

/** Whose list. */
export type DoNotCallScope = { organizationId: string } | 'everybody'

export type DoNotCallStore = ReturnType<typeof createDoNotCallStore>

/**
 * Lists of numbers that must not be called: an organization's, or the one for everybody, which is the
 * operators'. All throw organization_not_found; changes, and whatever is for everybody, role_required.
 */
export function createDoNotCallStore(db: Database) {
  return {
    /** The newest first; of one number, where it is given. */
    list: (actor: Actor, scope: DoNotCallScope, phoneNumber: string | null, page: PageRequest) => {
      const args = { actor, phoneNumber, ...page }
      return scope === 'everybody'
        ? db.rpc('list_do_not_call_for_all', args, Page)
        : db.rpc('list_do_not_call', { ...args, ...scope }, Page)
    },
    /** A number that is there already stays, with the new reason where one is given. */
    add: (
      actor: Actor,
      scope: DoNotCallScope,
      entry: { phoneNumber: string; reason: string | null },
    ) => {
      const args = { actor, ...entry }
      return scope === 'everybody'
        ? db.rpc('add_do_not_call_for_all', args, Added)
        : db.rpc('add_do_not_call', { ...args, ...scope }, Added)
    },
    /** `removed` is false for a number that was not there. */
    remove: (actor: Actor, scope: DoNotCallScope, phoneNumber: string) => {
      const args = { actor, phoneNumber }
      return scope === 'everybody'
        ? db.rpc('remove_do_not_call_for_all', args, Removed)
        : db.rpc('remove_do_not_call', { ...args, ...scope }, Removed)
    },
  }
}
