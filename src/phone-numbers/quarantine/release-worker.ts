import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import { backoffMs } from '../../platform/backoff.ts'
import type { Logger } from '../../platform/logger.ts'
import { drain } from '../../platform/work-queue.ts'
import { MarkInDoubt } from '../quarantine-mark.ts'
import type { LeaveAlone } from '../sync/leave-alone.ts'
import { OwnershipInDoubt, type ReleaseAtCarriers } from './release-at-carriers.ts'
import type { ReleaseClaim, ReleaseStore } from './release-store.ts'

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
}): { tick(signal: AbortSignal): Promise<unknown> } {
  const { store, log } = deps

  async function release(claim: ReleaseClaim): Promise<void> {
    const { id } = claim.number
    const begin = async () => {
      claim.lease = await store.begin(claim)
    }
    await deps.releaseAtCarriers(claim, { begin, presumeGone: () => store.presumeGone(id) })
    await store.recordReleased(id)
    log.info({ phoneNumberId: id }, 'number released to the carrier')
  }

  /** `pause`: a carrier refuses our account. */
  async function recordFailure(
    { number: { id }, lease, attempts }: ReleaseClaim,
    error: Error,
  ): Promise<'next' | 'pause'> {
    log.warn({ err: error, phoneNumberId: id }, 'number not released')
    if (error instanceof MarkInDoubt) {
      await deps.leaveAlone(error)
      return 'next'
    }
    if (error instanceof CarrierError && error.kind === 'account') {
      await store.pause(id, lease, error)
      return 'pause'
    }
    await store.recordFailure(id, lease, {
      error: error.message,
      needsAttention: needsAttention(error),
      delayMs: needsAttention(error)
        ? DAY_MS
        : backoffMs(attempts - 1, deps.backoffMs, deps.backoffMaxMs),
    })
    return 'next'
  }

  return {
    tick: (signal) =>
      drain({ claim: store.claim, work: release, fail: recordFailure, signal, log }),
  }
}

function needsAttention(error: Error): boolean {
  return (
    error instanceof OwnershipInDoubt ||
    (error instanceof CarrierError && error.kind === 'rejected')
  )
}
