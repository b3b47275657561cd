import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { answerProblem } from '../../src/http/problem.ts'
import { createRateLimits } from '../../src/http/rate-limit.ts'
import { requestContext } from '../../src/http/request-context.ts'
import { createPlaces, SMALL_BODY } from '../../src/webhooks/bodies/places.ts'
import { requireProof } from '../../src/webhooks/bodies/require-proof.ts'
import { memoryLog } from '../support/memory-log.ts'

const LIMIT = 1_000_000
const BUDGET = 3

/** A body that begins with this is one of a true sender. */
const TRUE = 'true'

interface Sent {
  from?: string
  /** What stands before the body; `none` can prove nothing. */
  proof?: 'some' | 'none'
  headers?: Record<string, string | number>
}

describe('a body, of which nobody knows yet who sent it', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })

  async function serve(
    options: { places?: Parameters<typeof createPlaces>[0]; bodyMs?: number } = {},
  ) {
    const { places, ...times } = options
    const app = express()
    const held: (() => void)[] = []
    let read = 0
    app.set('trust proxy', 1)
    app.use(requestContext(memoryLog().log, []))
    app.post(
      '/',
      requireProof(
        {
          limit: LIMIT,
          detail: 'no',
          begin: (req) =>
            req.get('x-proof') === 'some'
              ? {
                  take: (chunk) => {
                    read += chunk.length
                    return true
                  },
                  proves: (body) => body.subarray(0, TRUE.length).toString() === TRUE,
                }
              : undefined,
        },
        {
          forgeries: createRateLimits(BUDGET, () => false).forgeries,
          places: createPlaces(places),
          ...times,
        },
      ),
      (req, res) => {
        if (req.get('x-hold')) held.push(() => res.send('ok'))
        else res.send('ok')
      },
    )
    app.use(answerProblem)
    server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    /** Begins a request, whose body is what `write` gets; `answer` is what comes back. */
    const begin = ({ from = '203.0.113.1', proof = 'some', headers = {} }: Sent = {}) => {
      const sending = request({
        port,
        host: '127.0.0.1',
        method: 'POST',
        headers: { 'x-forwarded-for': from, 'x-proof': proof, ...headers },
      })
      sending.on('error', () => {})
      const answer = once(sending, 'response').then(async ([response]: IncomingMessage[]) => {
        const chunks = await response?.toArray()
        const text = Buffer.concat(chunks ?? []).toString()
        const retryAfter = response?.headers['retry-after']
        return { status: response?.statusCode, text, retryAfter }
      })
      return { sending, answer }
    }
    return {
      begin,
      held,
      read: () => read,
      async send(body: Buffer, sent: Sent = {}) {
        const { sending, answer } = begin({
          ...sent,
          headers: sent.headers?.['transfer-encoding']
            ? sent.headers
            : { 'content-length': body.length, ...sent.headers },
        })
        sending.end(body)
        return answer
      },
    }
  }

  const aBody = (length: number, start = TRUE) =>
    Buffer.concat([Buffer.from(start), Buffer.alloc(length - start.length, 'x')])
  const LARGE = SMALL_BODY + 1

  test('whose proof cannot be any, is refused before it has come', async () => {
    const { begin, read } = await serve()
    const { sending, answer } = begin({ proof: 'none', headers: { 'content-length': 500_000 } })
    sending.flushHeaders()

    expect(await answer).toMatchObject({ status: 403 })
    expect(read()).toBe(0)
  })

  test('of an address that has forged too much, is refused before it has come', async () => {
    const { begin, send, read } = await serve()
    for (let index = 0; index < BUDGET; index += 1) {
      expect(await send(aBody(10, 'lie'))).toMatchObject({ status: 403 })
    }
    const before = read()
    const { sending, answer } = begin({ headers: { 'content-length': 10 } })
    sending.flushHeaders()

    expect(await answer).toMatchObject({ status: 429 })
    expect(read()).toBe(before)
  })

  test.each([
    ['said to be', { 'content-length': LARGE }],
    ['that turns out to be', { 'transfer-encoding': 'chunked' }],
  ])(
    '%s larger than small, is the third of its address, answers 503 and when to come again',
    async (_how, headers: Record<string, string | number>) => {
      const { begin, send, read } = await serve()
      const first = [LARGE, LARGE].map((length) => begin({ headers: { 'content-length': length } }))
      for (const { sending } of first) sending.write(aBody(LARGE - 1))
      await expect.poll(read, { timeout: 30_000 }).toBe(2 * (LARGE - 1))

      const third = await send(aBody(LARGE), { headers })
      const other = await send(aBody(LARGE), { from: '203.0.113.2' })
      const small = await send(aBody(SMALL_BODY))
      for (const { sending } of first) sending.end('x')
      await Promise.all(first.map(({ answer }) => answer))

      expect(third).toMatchObject({ status: 503, retryAfter: '5' })
      expect(third.text).toContain('webhooks_busy')
      expect(other).toMatchObject({ status: 200 })
      expect(small).toMatchObject({ status: 200 })
    },
  )

  test('beyond what all together may hold, answers 503; what was held for a proven one is free once it is answered', async () => {
    const { send, begin, held } = await serve({ places: { bytes: 200_000 } })
    const working = begin({ headers: { 'x-hold': '1', 'content-length': 150_000 } })
    working.sending.end(aBody(150_000))
    await expect.poll(() => held.length, { timeout: 30_000 }).toBe(1)

    const full = await send(aBody(150_000), { from: '203.0.113.2' })
    held[0]?.()
    await working.answer

    expect(full).toMatchObject({ status: 503 })
    await expect
      .poll(async () => (await send(aBody(150_000))).status, { timeout: 30_000 })
      .toBe(200)
  })

  test('of a forger, is let go of at once', async () => {
    const { send } = await serve({ places: { bytes: 200_000, perAddress: 1 } })

    const statuses = []
    for (let index = 0; index < BUDGET; index += 1) {
      statuses.push((await send(aBody(150_000, 'lie'))).status)
    }
    const after = await send(aBody(150_000), { from: '203.0.113.2' })

    expect(statuses).toEqual([403, 403, 403])
    expect(after).toMatchObject({ status: 200 })
  })

  test('packed, is unpacked within the same limits', async () => {
    const { send } = await serve({ places: { bytes: 2 * LIMIT } })
    const packed = { headers: { 'content-encoding': 'gzip' } }

    const good = await send(gzipSync(aBody(LIMIT - 1)), packed)
    const bomb = await send(gzipSync(aBody(50 * LIMIT)), packed)
    const broken = await send(Buffer.from('not packed'), packed)
    const unknown = await send(aBody(10), { headers: { 'content-encoding': 'nonsense' } })
    const after = await send(aBody(LIMIT - 1))

    expect([good, bomb, broken, unknown, after].map(({ status }) => status)).toEqual([
      200, 413, 400, 415, 200,
    ])
  })

  test('that does not come to its end in time, is answered 408 and cut off', async () => {
    const { begin } = await serve({ bodyMs: 100 })
    const { sending, answer } = begin({ headers: { 'content-length': 100 } })
    const closed = new Promise((resolve) => sending.once('close', resolve))
    sending.write('tr')

    expect(await answer).toMatchObject({ status: 408 })
    await closed
  })

  test('that goes on coming after it was refused, is cut off in time', async () => {
    const { begin } = await serve({ bodyMs: 100 })
    const { sending, answer } = begin({ proof: 'none', headers: { 'content-length': 100 } })
    const closed = new Promise((resolve) => sending.once('close', resolve))
    sending.write('x')

    expect(await answer).toMatchObject({ status: 403 })
    await closed
  })

  test('whose sender hangs up, gives its place back', async () => {
    const { begin, send } = await serve({ places: { perAddress: 1 } })
    const { sending, answer } = begin({ headers: { 'content-length': LARGE } })
    answer.catch(() => {})
    sending.write(aBody(10))
    await expect.poll(async () => (await send(aBody(LARGE))).status, { timeout: 30_000 }).toBe(503)

    sending.destroy()

    await expect.poll(async () => (await send(aBody(LARGE))).status, { timeout: 30_000 }).toBe(200)
  })
})
