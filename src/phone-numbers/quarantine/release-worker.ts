import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import { backoffMs } from '../../platform/backoff.ts'
import { isNothingToRecord, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { MarkInDoubt } from '../quarantine-mark.ts'
import type { LeaveAlone } from '../sync/leave-alone.ts'
import { OwnershipInDoubt, type ReleaseAtCarriers } from './release-at-carriers.ts'
import type { ReleaseStore } from './release-store.ts'

/** What only a person can clear up is looked at again this much later. */
const DAY_MS = 86_400_000

/**
 * Releases the numbers whose quarantine is over. One tick of the `release` loop; what fails is
 * tried again by a later one. Nothing is recorded as released that may still be paid for.
 */
export function createReleaseDue(deps: {
  store: ReleaseStore
  releaseAtCarriers: ReleaseAtCarriers
  leaveAlone: LeaveAlone
  backoffMs: number
  backoffMaxMs: number
  log: Logger
}): { tick(signal: AbortSignal): Promise<void> } {
  const { store, log } = deps

  /** @returns whether to go on: not where none is left, or a carrier refuses our account */
  async function releaseNext(): Promise<boolean> {
    const claimed = await store.claim()
    if (!claimed) return false
    const { id } = claimed.number
    let claim = claimed
    const begin = async () => {
      claim = await store.begin(claim)
    }
    try {
      await deps.releaseAtCarriers(claimed, { begin, presumeGone: () => store.presumeGone(id) })
      await store.recordReleased(id)
    } catch (thrown) {
      const error = toError(thrown)
      log.warn({ err: error, phoneNumberId: id }, 'number not released')
      // Restored meanwhile, another worker's, or the database is away: nothing to record.
      if (isNothingToRecord(error)) return true
      if (error instanceof MarkInDoubt) {
        await deps.leaveAlone(error)
        return true
      }
      if (error instanceof CarrierError && error.kind === 'account') {
        await store.pause(id, claim.lease, error)
        return false
      }
      await store.recordFailure(id, claim.lease, {
        error: error.message,
        needsAttention: needsAttention(error),
        delayMs: needsAttention(error)
          ? DAY_MS
          : backoffMs(claim.attempts - 1, deps.backoffMs, deps.backoffMaxMs),
      })
      return true
    }
    log.info({ phoneNumberId: id }, 'number released to the carrier')
    return true
  }

  return {
    async tick(signal) {
      while (!signal.aborted && (await releaseNext())) {}
    },
  }
}

function needsAttention(error: Error): boolean {
  return (
    error instanceof OwnershipInDoubt ||
    (error instanceof CarrierError && error.kind === 'rejected')
  )
}
