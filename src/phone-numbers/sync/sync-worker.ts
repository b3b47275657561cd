import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import { type Background, within } from '../../platform/background.ts'
import { backoffMs } from '../../platform/backoff.ts'
import type { Logger } from '../../platform/logger.ts'
import { drain } from '../../platform/work-queue.ts'
import { MarkInDoubt } from '../quarantine-mark.ts'
import type { LeaveAlone } from './leave-alone.ts'
import { ImportGone, type Sync } from './sync-number.ts'
import type { SyncClaim, SyncScope, SyncStore, WaitsFor } from './sync-store.ts'

/** What the log says of numbers that stay as they are, because another server is to sync them. */
const waitingFor: Record<NonNullable<WaitsFor>, string> = {
  address:
    'numbers are not synced: PUBLIC_URL is not the address they were last pointed at. If the deployment moved here, POST /api/admin/reconcile with "mode": "repair" and "acceptPublicUrl": true; a copy of it needs an empty database of its own',
  settings:
    'numbers are left to the server that was started last, which has another INBOUND_VOICE or ELEVENLABS_AGENT_ID. If that runs no more, as after a release that was taken back, restart this one',
}

/** How the last try of a number ended. */
type OnTried = (failure: Error | undefined) => void

/** `left`: to another server, or for later, because a carrier refuses our account or takes too long. */
export type Tried = { result: 'synced' | 'left' } | { result: 'failed'; reason: string }

/**
 * Syncs the numbers whose settings are due because something about their holder has changed.
 * What fails is tried again by the `sync` loop, later each time.
 */
export function createSyncDue(deps: {
  store: SyncStore
  sync: Sync
  leaveAlone: LeaveAlone
  /** For numbers without an agent of their own. */
  agentId: string
  backoffMs: number
  backoffMaxMs: number
  /** How long a request waits for its numbers; the rest goes on in the `background`. */
  waitMs: number
  /** Numbers synced at the same time. */
  concurrency: number
  background: Background
  log: Logger
}) {
  const { store, log } = deps
  /** What was told last, so that it is told once and not by every tick. */
  let reported: WaitsFor = null

  function report(waitsFor: WaitsFor): void {
    if (waitsFor && waitsFor !== reported) log.warn(waitingFor[waitsFor])
    reported = waitsFor
  }

  async function claimNext(scope: SyncScope): Promise<SyncClaim | null> {
    const { claim, waits_for } = await store.claim(scope)
    if (!claim) report(waits_for)
    return claim
  }

  async function syncClaimed(claim: SyncClaim): Promise<void> {
    const { number } = claim
    const { carriers } = await deps.sync(number, number.agent_id ?? deps.agentId)
    await store.recordSynced(claim, carriers)
  }

  async function recordFailure(claim: SyncClaim, error: Error): Promise<void> {
    const { number } = claim
    if (error instanceof MarkInDoubt) {
      log.warn({ err: error, phoneNumberId: number.id }, 'number left alone')
      await deps.leaveAlone(error)
      return
    }
    log.warn({ err: error, phoneNumberId: number.id }, 'number not synced; tried again')
    // Now that an order imports it, it is synced at once, to be answered here until then.
    if (error instanceof ImportGone && (await store.orderImport(number))) {
      await store.recordFailure(claim, { error: error.message, delayMs: 0 })
      return
    }
    if (error instanceof CarrierError && error.kind === 'account') {
      // Those that do not need this carrier go on.
      await store.pause(claim, error)
      return
    }
    await store.recordFailure(claim, {
      error: error.message,
      delayMs: backoffMs(claim.attempts - 1, deps.backoffMs, deps.backoffMaxMs),
    })
  }

  /** Syncs all of the scope that is due; answers how many. */
  function syncAll(scope: SyncScope, signal: AbortSignal, onTried?: OnTried): Promise<number> {
    const isOfOne = scope !== 'any' && 'phoneNumberId' in scope
    return drain({
      claim: () => claimNext(scope),
      work: async (claim) => {
        await syncClaimed(claim)
        onTried?.(undefined)
      },
      fail: async (claim, error) => {
        await recordFailure(claim, error)
        onTried?.(error)
        return 'next'
      },
      signal,
      log,
      slots: { free: isOfOne ? 1 : deps.concurrency },
    })
  }

  /** Never fails, and takes no longer than `waitMs`. */
  function syncWithin(scope: Exclude<SyncScope, 'any'>, onTried?: OnTried): Promise<void> {
    return within(deps.waitMs, (signal) => syncAll(scope, signal, onTried), {
      background: deps.background,
      onError: (err) => log.warn({ err, ...scope }, 'numbers left to the sync loop'),
    })
  }

  return {
    ofOrganization: (organizationId: string) => syncWithin({ organizationId }),
    ofNumber: (phoneNumberId: string) => syncWithin({ phoneNumberId }),
    /** As `ofNumber`; answers how it ended. */
    async tryNumber(phoneNumberId: string): Promise<Tried> {
      let tried: Tried = { result: 'left' }
      await syncWithin({ phoneNumberId }, (failure) => {
        tried = failure ? { result: 'failed', reason: failure.message } : { result: 'synced' }
      })
      return tried
    },
    /** Syncs all that is due, `concurrency` at a time. */
    tick: (signal: AbortSignal) => syncAll('any', signal),
  }
}
