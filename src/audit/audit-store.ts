import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import { AuditEntry } from './audit-entry.ts'

export type AuditStore = ReturnType<typeof createAuditStore>

/** What was changed by whom; each change writes it down itself, in SQL (private.audit). */
export function createAuditStore(db: Database) {
  return {
    listForAll: (actor: Actor, page: PageRequest) =>
      db.rpc('list_audit_for_all', { actor, ...page }, pageSchema(AuditEntry)),
    /** `actor` is an admin of the organization, or an operator. */
    list: (actor: Actor, organizationId: string, page: PageRequest) =>
      db.rpc('list_audit', { actor, organizationId, ...page }, pageSchema(AuditEntry)),
  }
}
