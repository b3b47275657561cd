import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '../../platform/actor.ts'
import { type Background, track } from '../../platform/background.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { NumberCriteria } from '../number-criteria.ts'
import { isAtRest, type Order } from '../orders/order.ts'
import type { OrderRunner } from '../orders/order-runner.ts'
import type { Batch, PoolStore } from './pool-store.ts'

/** What an answer may take beyond its wait. */
const ANSWER_MS = 5_000

export type PurchaseBatch = (
  actor: Actor,
  id: string,
  criteria: NumberCriteria,
  count: number,
) => Promise<Order[]>

/**
 * Orders numbers for the pool in one transaction and works on due orders, within the bound that all
 * ticks share, for up to `waitMs`; whatever is left, the loop finishes. Answers the orders as they
 * are then; what fails later is a notification. A repeat with the same id finds its batch. From the
 * commit on nothing is an error.
 */
export function createPurchaseBatch(deps: {
  pool: PoolStore
  runner: OrderRunner
  waitMs: number
  /** How often it looks how far the batch is. */
  pollMs: number
  /** A server that stops does not wait for a batch. */
  background: Background
  log: Logger
}): PurchaseBatch {
  async function follow(id: string, created: Batch): Promise<Order[]> {
    const end = Date.now() + deps.waitMs
    const { stopping } = deps.background
    const pause = () => sleep(deps.pollMs, undefined, { signal: stopping }).catch(() => {})
    const stop = new AbortController()
    let batch = created
    try {
      while (!stopping.aborted && Date.now() < end && goesOnAt(batch) <= end) {
        const work = track(deps.background, deps.runner.tick(stop.signal))
        await Promise.race([work, pause()])
        batch = await deps.pool.getBatch(id)
        // What is left is worked on by other ticks, or due later.
        if (goesOnAt(batch) <= end) await pause()
      }
      batch = await deps.pool.answerBatch(id)
    } catch (thrown) {
      deps.log.warn({ err: toError(thrown), batchId: id }, 'ordered; its state is not known')
    } finally {
      stop.abort()
    }
    return batch.orders
  }

  return async (actor, id, criteria, count) =>
    follow(id, await deps.pool.createBatch(actor, id, criteria, count, deps.waitMs + ANSWER_MS))
}

/** When any of its orders goes on, in epoch milliseconds; infinity when none does by itself. */
function goesOnAt({ orders, paused_until }: Batch): number {
  const dueAt = orders.filter((order) => !isAtRest(order)).map((order) => order.next_run_at)
  const first = Math.min(...dueAt.map((time) => Date.parse(time)))
  return Math.max(first, paused_until ? Date.parse(paused_until) : 0)
}
