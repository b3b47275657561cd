import { describe, expect, test } from 'vitest'
import { idleWait, startLoop } from '../../src/platform/loop.ts'
import { memoryLog } from '../support/memory-log.ts'

/** Node keeps timers of one length in order, so the loop's own, had it one, would have come before. */
const severalIntervals = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('idleWait', () => {
  test.each([
    [100, 100, 200],
    [100, 400, 600],
    [100, 600, 600],
    [5_000, 5_000, 10_000],
    [5_000, 10_000, 15_000],
    [60_000, 60_000, 60_000],
  ])('of a loop of %i ms that waited for %i ms is %i ms', (intervalMs, waitMs, next) => {
    expect(idleWait(waitMs, intervalMs)).toBe(next)
  })
})

describe('startLoop', () => {
  test('given a tick that fails: logs it with the loop’s name, and goes on', async () => {
    const { log, entries } = memoryLog()
    const goneOn = Promise.withResolvers<void>()
    let ticks = 0
    const tick = async () => {
      ticks += 1
      if (ticks === 1) throw new Error('database away')
      goneOn.resolve()
    }

    const loop = startLoop({ name: 'orders', intervalMs: 1, tick, log })
    await goneOn.promise
    await loop.stop()

    expect(ticks).toBeGreaterThanOrEqual(2)
    expect(entries()).toEqual([
      expect.objectContaining({
        loop: 'orders',
        msg: 'loop tick failed; it runs again',
        err: expect.objectContaining({ message: 'database away' }),
      }),
    ])
  })

  test('given something thrown that is no Error: goes on as well', async () => {
    const { log, entries } = memoryLog()
    const goneOn = Promise.withResolvers<void>()
    let ticks = 0
    const tick = () => {
      ticks += 1
      if (ticks > 1) goneOn.resolve()
      return ticks === 1 ? Promise.reject('gone') : Promise.resolve()
    }

    const loop = startLoop({ name: 'orders', intervalMs: 1, tick, log })
    await goneOn.promise
    await loop.stop()

    expect(entries()).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'gone' }) }),
    ])
  })

  test('given a tick that finds nothing: runs again', async () => {
    const { log } = memoryLog()
    const enough = Promise.withResolvers<void>()
    let ticks = 0
    const tick = async () => {
      ticks += 1
      if (ticks === 5) enough.resolve()
      return 0
    }

    const loop = startLoop({ name: 'orders', intervalMs: 1, tick, log })
    await enough.promise
    await loop.stop()

    expect(ticks).toBeGreaterThanOrEqual(5)
  })

  test('given a tick that takes long: never runs a second one beside it', async () => {
    const { log } = memoryLog()
    const enough = Promise.withResolvers<void>()
    let running = 0
    let most = 0
    let ticks = 0
    const tick = async () => {
      running += 1
      most = Math.max(most, running)
      await severalIntervals()
      running -= 1
      ticks += 1
      if (ticks === 3) enough.resolve()
    }

    const loop = startLoop({ name: 'orders', intervalMs: 1, tick, log })
    await enough.promise
    await loop.stop()

    expect(most).toBe(1)
  })

  test('stopped while a tick runs: waits for it, tells it, and starts no other', async () => {
    const { log } = memoryLog()
    const begun = Promise.withResolvers<AbortSignal>()
    const release = Promise.withResolvers<void>()
    let ticks = 0
    const tick = (signal: AbortSignal) => {
      ticks += 1
      begun.resolve(signal)
      return release.promise
    }
    const loop = startLoop({ name: 'orders', intervalMs: 1, tick, log })
    const signal = await begun.promise

    let stopped = false
    const stopping = loop.stop().then(() => {
      stopped = true
    })
    await new Promise(setImmediate)
    const stoppedBeforeTheEnd = stopped
    release.resolve()
    await stopping

    expect(stoppedBeforeTheEnd).toBe(false)
    expect(signal.aborted).toBe(true)
    expect(ticks).toBe(1)
  })

  test('stopped between two ticks: does not sit out the interval', async () => {
    const { log } = memoryLog()
    const begun = Promise.withResolvers<void>()
    let ticks = 0
    const tick = async () => {
      ticks += 1
      begun.resolve()
    }
    const loop = startLoop({ name: 'orders', intervalMs: 3_600_000, tick, log })
    await begun.promise
    await new Promise(setImmediate)

    await loop.stop()

    expect(ticks).toBe(1)
  })

  test('stopped twice: is stopped', async () => {
    const { log } = memoryLog()
    const loop = startLoop({ name: 'orders', intervalMs: 1, tick: async () => {}, log })

    const stops = Promise.all([loop.stop(), loop.stop()])

    await expect(stops).resolves.toHaveLength(2)
  })
})
