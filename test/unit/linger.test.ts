import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { lingerAtEnd } from '../../src/http/input/linger.ts'

describe('a connection whose last answer is written', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Sends so much so often, and then no more; ms from the answer until the connection was cut off. */
  function cutOffAfter({ bytes, everyMs, times }: Record<'bytes' | 'everyMs' | 'times', number>) {
    const socket = Object.assign(new PassThrough(), { destroySoon: () => {} })
    lingerAtEnd(socket as unknown as Socket)
    socket.destroySoon()
    let ms = 0
    for (let sent = 0; !socket.destroyed; ms += 100) {
      vi.advanceTimersByTime(100)
      const isDue = (ms + 100) % everyMs === 0 && sent < times
      if (!isDue || socket.isPaused()) continue
      socket.emit('data', Buffer.alloc(bytes))
      sent += 1
    }
    return ms
  }

  test.each([
    ['a second later, where nothing more comes', { bytes: 1, everyMs: 900, times: 0 }, 1_000],
    ['a second after what came last', { bytes: 1, everyMs: 900, times: 5 }, 4_500 + 1_000],
    ['a second after more came than is taken', { bytes: 600_000, everyMs: 900, times: 99 }, 2_800],
    [
      'as late as a body may be, where it never ends',
      { bytes: 1, everyMs: 900, times: 99 },
      10_000,
    ],
  ])('is cut off %s', (_when, sending, ms) => {
    expect(cutOffAfter(sending)).toBe(ms)
  })
})
