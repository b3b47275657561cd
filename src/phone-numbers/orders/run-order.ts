import { setTimeout as sleep } from 'node:timers/promises'
import { type Background, within } from '../../platform/background.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { isAtRest, type Order } from './order.ts'
import type { OrderRunner } from './order-runner.ts'
import type { OrderStore } from './order-store.ts'

export type RunWithin = (orderId: string, waitMs: number) => Promise<void>

/**
 * Runs an order for as long as its caller is willing to wait, retries included, if they fall into
 * that time; whatever is left, the loop finishes. Never fails: the order exists, and its state tells how far it came. A step
 * that is under way when the time is up ends in the background, tracked by `background`.
 */
export function createRunWithin(deps: {
  runner: OrderRunner
  background: Background
  /** How often it looks whether somebody else finished the order. */
  pollMs: number
  log: Logger
}): RunWithin {
  return (orderId, waitMs) =>
    within(waitMs, (signal) => runToRest(deps, orderId, Date.now() + waitMs, signal), {
      background: deps.background,
      onError: (err) => deps.log.warn({ err, orderId }, 'order left to the loop'),
    })
}

async function runToRest(
  { runner, pollMs }: { runner: OrderRunner; pollMs: number },
  orderId: string,
  end: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { status, order } = await runner.run(orderId, signal)
    if (status === 'paused' || !order || isAtRest(order)) return
    const dueAt = Date.parse(order.next_run_at)
    if (dueAt > end) return
    await sleep(Math.max(pollMs, dueAt - Date.now()), undefined, { signal }).catch(() => {})
  }
}

export type FollowOrder = (order: Order) => Promise<Order>

/**
 * Runs an order for up to `waitMs` and answers how far it has come. Never fails: the order exists,
 * and where its state cannot be read it is answered as it was.
 */
export function createFollowOrder(deps: {
  orders: OrderStore
  runWithin: RunWithin
  waitMs: number
  log: Logger
}): FollowOrder {
  return async (order) => {
    await deps.runWithin(order.id, deps.waitMs)
    try {
      return await deps.orders.get(order.id)
    } catch (thrown) {
      deps.log.warn(
        { err: toError(thrown), orderId: order.id },
        'ordered; its state is not known at the moment',
      )
      return order
    }
  }
}
