import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import type { Metrics } from '../../platform/monitoring/metrics.ts'

const seconds = z.number()
const counts = z.record(z.string(), z.int())

const Gauges = z.object({
  orders: z.array(
    z.object({ status: z.string(), step: z.string(), orders: z.int(), oldest_seconds: seconds }),
  ),
  pool: counts,
  ready: z.int(),
  notifications: counts,
  loops: z.array(
    z.object({
      loop: z.string(),
      success_seconds: seconds.nullable(),
      overdue_seconds: seconds.nullable(),
    }),
  ),
  queues: z.array(z.object({ queue: z.string(), due: z.int(), oldest_seconds: seconds })),
})

/** How often the database is asked at most, whoever reads, and how long that may take. */
const EVERY_MS = 5_000
const WAIT_MS = 2_000

/**
 * Reads what only the database knows into gauges, by one call. While it is away the last values would lie, so
 * they go, and `orgline_database_up` is 0.
 */
export function createReadGauges(deps: {
  db: Database
  metrics: Metrics
  poolMin: number
  now?: () => number
}): () => Promise<void> {
  const { db, metrics, now = () => performance.now() } = deps
  const { gauge } = metrics
  const up = gauge('orgline_database_up', 'Whether the database answered at the last reading')
  const poolMin = gauge('orgline_pool_min', 'POOL_MIN: as many numbers are to be ready')
  poolMin.set(deps.poolMin)
  const read = {
    orders: gauge('orgline_orders', 'Open orders, at most 1000 a status', ['status', 'step']),
    ordersAge: gauge('orgline_orders_oldest_seconds', 'Age of the oldest open order', [
      'status',
      'step',
    ]),
    pool: gauge('orgline_pool_numbers', 'Numbers that nobody holds, at most 1000 a status', [
      'status',
    ]),
    ready: gauge('orgline_pool_ready', 'Numbers that can be given away at once'),
    notifications: gauge('orgline_notifications_open', 'Notifications that wait for a person', [
      'type',
    ]),
    loopAge: gauge('orgline_loop_success_age_seconds', 'Since a loop last succeeded', ['loop']),
    loopOverdue: gauge('orgline_loop_overdue_seconds', 'Since when a loop should have run', [
      'loop',
    ]),
    due: gauge('orgline_queue_due', 'Rows that are due, at most 1000 a queue', ['queue']),
    dueAge: gauge('orgline_queue_oldest_seconds', 'Since when the first of them is due', ['queue']),
  }
  let last: { at: number; done: Promise<void> } | undefined

  async function readNow(): Promise<void> {
    const answer = await db
      .rpc('read_gauges', {}, Gauges, { signal: AbortSignal.timeout(WAIT_MS) })
      .catch(() => undefined)
    for (const each of Object.values(read)) each.reset()
    up.set(answer ? 1 : 0)
    if (answer) set(answer)
    // One without labels is 0 again, which here would mean that none is left.
    else read.ready.remove()
  }

  function set({ orders, pool, ready, notifications, loops, queues }: z.infer<typeof Gauges>) {
    for (const { status, step, orders: open, oldest_seconds } of orders) {
      read.orders.set({ status, step }, open)
      read.ordersAge.set({ status, step }, oldest_seconds)
    }
    for (const [status, numbers] of Object.entries(pool)) read.pool.set({ status }, numbers)
    read.ready.set(ready)
    for (const [type, open] of Object.entries(notifications)) read.notifications.set({ type }, open)
    for (const { loop, success_seconds, overdue_seconds } of loops) {
      if (success_seconds !== null) read.loopAge.set({ loop }, success_seconds)
      if (overdue_seconds !== null) read.loopOverdue.set({ loop }, overdue_seconds)
    }
    for (const { queue, due, oldest_seconds } of queues) {
      read.due.set({ queue }, due)
      read.dueAge.set({ queue }, oldest_seconds)
    }
  }

  return () => {
    if (last && now() - last.at < EVERY_MS) return last.done
    last = { at: now(), done: readNow() }
    return last.done
  }
}
