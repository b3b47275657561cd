import type { Request, RequestHandler, Response } from 'express'
import { MemoryStore, rateLimit } from 'express-rate-limit'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { limitGuesses } from '../../src/http/limits/key-guesses.ts'
import { rateLimited } from '../../src/http/limits/rate-limited.ts'
import { KEY_MARK } from '../../src/http/principal.ts'
import { AppError } from '../../src/platform/errors.ts'

const MOST = 3
const MANY = 50
const ADDRESS = '192.0.2.1'

const limiter: RequestHandler = async () => {
  throw rateLimited(MOST)
}

/** Asks MANY times at once with keys that `answer` decides on, a turn of the event loop later. */
async function askAtOnce(answer: (nth: number, endWindow: () => void) => unknown) {
  const store = new MemoryStore()
  const endWindow = () => {
    void store.resetKey(ADDRESS)
    seen.most = 0
  }
  store.init({ windowMs: 60_000 } as Parameters<MemoryStore['init']>[0])
  const seen = { asked: 0, running: 0, most: 0 }
  const handler = limitGuesses(
    limiter,
    store,
    MOST,
  )(async (_req, _res, next) => {
    seen.asked += 1
    seen.running += 1
    seen.most = Math.max(seen.most, seen.running)
    const nth = seen.asked
    await new Promise(setImmediate)
    seen.running -= 1
    const error = answer(nth, endWindow)
    if (error) throw error
    next()
  })
  const req = { ip: ADDRESS, headers: { authorization: `Bearer ${KEY_MARK}x` } } as Request
  const asked = Array.from({ length: MANY }, async () => {
    let isServed = false
    await handler(req, {} as Response, () => {
      isServed = true
    })
    return isServed
  })
  const answers = await Promise.allSettled(asked)
  const codes = answers.map((each) =>
    each.status === 'fulfilled' ? 'served' : (each.reason as AppError).code,
  )
  const counts = (code: string) => codes.filter((each) => each === code).length
  return { ...seen, counts }
}

describe('keys that an address asks with at once', () => {
  test('when all are true, are all served, as many at a time as may be refused', async () => {
    const { counts, most } = await askAtOnce(() => undefined)

    expect(counts('served')).toBe(MANY)
    expect(most).toBe(MOST)
  })

  test('when all are guesses, are looked up as often as they may be refused', async () => {
    const { asked, counts } = await askAtOnce(() => new AppError('unauthorized', 'unknown'))

    expect(asked).toBe(MOST)
    expect(counts('unauthorized')).toBe(MOST)
    expect(counts('rate_limited')).toBe(MANY - MOST)
  })

  test('when true ones are among guesses, are served until too many were refused', async () => {
    const { asked, counts } = await askAtOnce((nth) =>
      nth % 2 ? new AppError('unauthorized', 'unknown') : undefined,
    )

    expect(counts('unauthorized')).toBe(MOST)
    expect(asked).toBe(counts('served') + MOST)
    expect(counts('served') + counts('rate_limited')).toBe(MANY - MOST)
  })

  test('when the database does not answer, are not refused, and never too many at a time', async () => {
    const { counts, most } = await askAtOnce(() => new AppError('database_unavailable', 'away'))

    expect(counts('database_unavailable')).toBe(MANY)
    expect(most).toBe(MOST)
  })

  test('when the window of guesses ends, are looked up as many at a time as before', async () => {
    const { counts, most } = await askAtOnce((nth, endWindow) => {
      if (nth === 10) endWindow()
      return nth < MOST ? new AppError('unauthorized', 'unknown') : undefined
    })

    expect(counts('served')).toBe(MANY - (MOST - 1))
    expect(most).toBe(MOST)
  })
})

describe('a key, asked with once too many were refused', () => {
  afterEach(() => void vi.useRealTimers())

  test('is refused, not looked up and not let through, also where the window ends before that is counted', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = new MemoryStore()
    const counting = rateLimit({
      store,
      limit: MOST,
      windowMs: 60_000,
      handler: () => {
        throw rateLimited(MOST)
      },
    })
    const lookedUp = vi.fn()
    const handler = limitGuesses(
      (req, res, next) => {
        vi.advanceTimersByTime(61_000)
        return counting(req, res, next)
      },
      store,
      MOST,
    )(() => {
      lookedUp()
      throw new AppError('unauthorized', 'unknown')
    })
    const headers = { authorization: `Bearer ${KEY_MARK}x` }
    const req = { ip: ADDRESS, headers, app: { get: () => false } } as unknown as Request
    const res = { setHeader: () => {}, append: () => {} } as unknown as Response
    const passed: unknown[] = []
    const ask = async () => handler(req, res, (error) => void passed.push(error))
    for (let index = 0; index < MOST; index += 1) await ask().catch(() => {})

    await ask()

    expect(passed).toMatchObject([{ code: 'rate_limited' }])
    expect(lookedUp).toHaveBeenCalledTimes(MOST)
  })
})
