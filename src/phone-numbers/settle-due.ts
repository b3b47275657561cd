import { setTimeout as sleep } from 'node:timers/promises'
import { CarrierError } from '../carriers/ports.ts'
import { backoffMs } from '../platform/backoff.ts'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { Settle } from './settle.ts'
import type { SettleScope, SettleStore } from './settle-store.ts'

/**
 * Settles the numbers whose settings are due because something about their holder has changed.
 * What fails is tried again by the `settle` loop, later each time.
 */
export function createSettleDue(deps: {
  store: SettleStore
  settle: Settle
  /** For numbers without an agent of their own. */
  agentId: string
  backoffMs: number
  backoffMaxMs: number
  /** How long a request waits for its numbers; the rest goes on in the `background`. */
  waitMs: number
  background: Set<Promise<unknown>>
  log: Logger
}) {
  const { store, log } = deps

  /** @returns whether to go on: not where none is left, or a carrier refuses our account */
  async function settleNext(scope: SettleScope): Promise<boolean> {
    const claim = await store.claim(scope)
    if (!claim) return false
    const { number } = claim
    let settled: Awaited<ReturnType<Settle>>
    try {
      settled = await deps.settle(number, number.agent_id ?? deps.agentId)
    } catch (thrown) {
      const error = toError(thrown)
      log.warn({ err: error, phoneNumberId: number.id }, 'number not settled; tried again')
      if (error instanceof CarrierError && error.kind === 'account') {
        await store.pause(claim, error)
        return false
      }
      await store.recordFailure(claim, {
        error: error.message,
        delayMs: backoffMs(claim.attempts - 1, deps.backoffMs, deps.backoffMaxMs),
      })
      return true
    }
    await store.recordSettled(claim, settled.carriers)
    return true
  }

  async function settleAll(scope: SettleScope, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await settleNext(scope))) {}
  }

  /** Never fails, and takes no longer than `waitMs`. */
  async function settleWithin(scope: SettleScope): Promise<void> {
    const stop = new AbortController()
    const work = settleAll(scope, stop.signal).catch((thrown: unknown) =>
      log.warn({ err: toError(thrown), ...scope }, 'numbers left to the settle loop'),
    )
    deps.background.add(work)
    void work.finally(() => deps.background.delete(work))
    await Promise.race([
      work,
      sleep(deps.waitMs, undefined, { signal: stop.signal }).catch(() => {}),
    ])
    stop.abort()
  }

  return {
    ofOrganization: (organizationId: string) => settleWithin({ organizationId }),
    ofNumber: (phoneNumberId: string) => settleWithin({ phoneNumberId }),
    /** Settles all that is due, one after the other. */
    tick: (signal: AbortSignal) => settleAll({}, signal),
  }
}
