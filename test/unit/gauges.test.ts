import { expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { createMetrics } from '../../src/platform/monitoring/metrics.ts'
import { createReadGauges } from '../../src/server/metrics/gauges.ts'

const gauges = {
  orders: [{ status: 'running', step: 'import', orders: 2, oldest_seconds: 90 }],
  pool: { configured: 3 },
  ready: 3,
  notifications: { pool_low: 1 },
  loops: [{ loop: 'pool', success_seconds: 60, overdue_seconds: 0 }],
  queues: [{ queue: 'events', due: 4, oldest_seconds: 5 }],
}

/** Reads at a clock of its own, of a database that answers as `answer` says. */
function reading() {
  let now = 0
  const state = { answer: async (): Promise<unknown> => gauges, asked: 0 }
  const rpc = () => {
    state.asked += 1
    return state.answer()
  }
  const metrics = createMetrics()
  const readGauges = createReadGauges({
    db: { rpc } as unknown as Database,
    metrics,
    poolMin: 5,
    now: () => now,
  })
  return {
    state,
    pass: (ms: number) => {
      now += ms
    },
    async read() {
      await readGauges()
      return metrics.read()
    },
  }
}

test('gauges, read twice within moments, ask the database once', async () => {
  const { state, pass, read } = reading()

  await read()
  pass(4_999)
  await read()
  const soon = state.asked
  pass(1)
  const text = await read()

  expect([soon, state.asked]).toEqual([1, 2])
  expect(text).toContain('orgline_orders_oldest_seconds{status="running",step="import"} 90')
  expect(text).toContain('orgline_notifications_open{type="pool_low"} 1')
})

test('gauges, while the database is away, say so and keep none of its last values', async () => {
  const { state, pass, read } = reading()
  await read()
  state.answer = () => Promise.reject(new Error('away'))
  pass(5_000)

  const text = await read()

  expect(text).toContain('orgline_database_up 0')
  expect(text).toContain('orgline_pool_min 5')
  expect(text).not.toContain('orgline_notifications_open{')
  expect(text).not.toContain('orgline_orders{')
  expect(text).not.toMatch(/^orgline_pool_ready /m)
})
