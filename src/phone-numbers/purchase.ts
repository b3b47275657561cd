import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { isAtRest, type Order } from './order.ts'
import type { OrderRunner } from './order-runner.ts'

/** How often a waiting request looks whether somebody else finished its order. */
const POLL_MS = 200

export type RunWithin = (orderId: string, waitMs: number) => Promise<void>

/**
 * Runs an order for as long as its caller is willing to wait, retries included; whatever is left,
 * the loop finishes. Never fails: the order exists, and its state tells how far it came. A step
 * that is under way when the time is up ends in the background, tracked by `background`.
 */
export function createRunWithin(deps: {
  runner: OrderRunner
  background: Set<Promise<unknown>>
  log: Logger
}): RunWithin {
  return async (orderId, waitMs) => {
    const stop = new AbortController()
    const work = runToRest(deps.runner, orderId, stop.signal).catch((thrown: unknown) => {
      deps.log.warn({ err: toError(thrown), orderId }, 'order left to the loop')
    })
    deps.background.add(work)
    void work.finally(() => deps.background.delete(work))
    await Promise.race([work, sleep(waitMs, undefined, { signal: stop.signal }).catch(() => {})])
    stop.abort()
  }
}

async function runToRest(runner: OrderRunner, orderId: string, signal: AbortSignal): Promise<void> {
  let order: Order | undefined
  while (!signal.aborted && !(order && isAtRest(order))) {
    const run = await runner.run(orderId, signal)
    if (run.status === 'paused') return
    order = run.order
    if (order && !isAtRest(order)) await sleep(POLL_MS, undefined, { signal }).catch(() => {})
  }
}
