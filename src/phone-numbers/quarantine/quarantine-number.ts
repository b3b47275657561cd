import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { RunWithin } from '../orders/run-order.ts'
import { isLive } from '../phone-number.ts'
import type { Quarantine } from './quarantine.ts'
import type { NumberOf, QuarantineStore } from './quarantine-store.ts'

interface Outcome extends Quarantine {
  /** Nothing is left to be done outside. */
  verified: boolean
}

export type ChangeQuarantine = (number: NumberOf) => Promise<Outcome>

/** What follows the commit of such a change. Never fails. */
export type FollowQuarantine = (changed: Quarantine) => Promise<Outcome>

/**
 * Giving numbers up, and taking them back. Both hold from the commit on; the carriers are then
 * brought in line as far as they let us, and what is left of that goes on by itself. Repeating
 * either is harmless.
 * @throws AppError organization_not_found, role_required, phone_number_not_found, wrong_state;
 *   quarantine: busy; restore: organization_suspended
 */
export function createQuarantine(deps: {
  store: QuarantineStore
  /** Never fails. */
  syncNumber: (phoneNumberId: string) => Promise<void>
  runWithin: RunWithin
  waitMs: number
  log: Logger
}): {
  quarantineNumber: ChangeQuarantine
  restoreNumber: ChangeQuarantine
  followQuarantine: FollowQuarantine
} {
  const { store, log } = deps

  async function follow(changed: Quarantine): Promise<Outcome> {
    if (changed.order_id) await deps.runWithin(changed.order_id, deps.waitMs)
    else if (!changed.synced) await deps.syncNumber(changed.id)
    else return { ...changed, verified: isAtRest(changed) }
    const now = await store.get(changed.id).catch((thrown: unknown) => {
      log.warn({ err: toError(thrown), phoneNumberId: changed.id }, 'state of the number not read')
      return changed
    })
    return { ...changed, ...now, verified: now.synced && isAtRest(now) }
  }

  return {
    quarantineNumber: async (number) => follow(await store.quarantine(number)),
    restoreNumber: async (number) => follow(await store.restore(number)),
    followQuarantine: follow,
  }
}

function isAtRest({ status }: Quarantine): boolean {
  return status === 'quarantined' || isLive(status)
}
