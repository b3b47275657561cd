import type { Actor } from '../platform/actor.ts'
import { AppError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { ContactErasingStore } from './contact-erasing-store.ts'
import { ERASED, type Erasure, MAY_BE_ERASED } from './erasure.ts'

/**
 * Erases contacts and writes that down where a restored database does not reach: in the log, whatever
 * its level, because who was erased must be erased again there.
 */
export function createErasing(deps: { contacts: ContactErasingStore; log: Logger }) {
  const { contacts } = deps
  const log = deps.log.child({}, { level: 'info' })

  return {
    /**
     * Answers how much that was. `versions`: one of which it must have; null: any.
     * @throws AppError organization_not_found, contact_not_found, precondition_failed
     */
    async eraseContact(
      actor: Actor,
      organizationId: string,
      contactId: string,
      versions: string[] | null,
    ) {
      try {
        const { erased, messages, calls } = await contacts.delete(
          actor,
          organizationId,
          contactId,
          versions,
        )
        log.info(erased, ERASED)
        return { messages, calls }
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.code === 'database_unavailable') {
          log.warn({ organizationId, contactId }, MAY_BE_ERASED)
        }
        throw thrown
      }
    },
    /** Erases again who came back; the log has it anew, for the next restore. */
    async reapplyErasures(actor: Actor, erasures: Erasure[]) {
      const { erased, unknown } = await contacts.reapplyErasures(actor, erasures)
      for (const each of erased) log.info(each.erased, ERASED)
      return { erased: erased.length, unknown }
    },
  }
}

export type Erasing = ReturnType<typeof createErasing>
