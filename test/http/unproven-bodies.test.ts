import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createPlaces, SMALL_BODY } from '../../src/webhooks/bodies/places.ts'
import {
  aBody,
  crumbs,
  LARGE,
  LIMIT,
  messageOf,
  type Served,
  serveUnproven,
} from '../support/unproven.ts'

const BUDGET = 3
/** What the least of bodies takes. */
const LEAST = 4 * 1_024
/** Longer than a test runs: nothing here ends because a time has passed. */
const FOR_EVER = 3_600_000
const gzip = { 'content-encoding': 'gzip' }

describe('a body, of which nobody knows yet who sent it', () => {
  let served: Served | undefined
  afterEach(() => served?.stop())

  const serve = async (options: Parameters<typeof serveUnproven>[0] = {}) => {
    served = await serveUnproven({ budget: BUDGET, ...options })
    return served
  }

  test('whose proof cannot be any, is refused before it has come', async () => {
    const { begin, counts } = await serve()
    const { sending, answer } = begin({ proof: 'none', headers: { 'content-length': 500_000 } })
    sending.flushHeaders()

    expect(await answer).toMatchObject({ status: 403 })
    expect(counts.read).toBe(0)
  })

  test.each([
    ['whose proof may be one, is to come again in a minute', 'some', 503, '60'],
    ['whose proof cannot be any, is refused', 'none', 429, undefined],
  ] as const)(
    'of an address that has forged too much, %s, before it has come',
    async (_what, proof, status, retryAfter) => {
      const { begin, send, counts } = await serve()
      for (let index = 0; index < BUDGET; index += 1) {
        expect(await send(aBody(10, 'lie'))).toMatchObject({ status: 403 })
      }
      const before = counts.read
      const { sending, answer } = begin({ proof, headers: { 'content-length': 10 } })
      sending.flushHeaders()

      expect(await answer).toMatchObject({ status, ...(retryAfter && { retryAfter }) })
      expect(counts.read).toBe(before)
    },
  )

  test.each([
    ['said to be', { 'content-length': LARGE }],
    ['that turns out to be', { 'transfer-encoding': 'chunked' }],
  ])(
    '%s larger than small, is the third of its address, answers 503 and when to come again',
    async (_how, headers: Record<string, string | number>) => {
      const { begin, send, counts } = await serve()
      const first = [LARGE, LARGE].map((length) => begin({ headers: { 'content-length': length } }))
      for (const { sending } of first) sending.write(aBody(LARGE - 1))
      await expect.poll(() => counts.read).toBe(2 * (LARGE - 1))

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
    const held: (() => void)[] = []
    const { send, begin } = await serve({
      places: createPlaces({ bytes: 400_000 }),
      work: (req, res) => {
        if (req.get('x-hold')) held.push(() => res.send('ok'))
        else res.send('ok')
      },
    })
    const working = []
    for (const from of ['203.0.113.2', '203.0.113.3']) {
      const begun = begin({ from, headers: { 'x-hold': '1', 'content-length': 150_000 } })
      begun.sending.end(aBody(150_000))
      working.push(begun.answer)
      // What is proven takes nothing from those that are not known.
      await expect.poll(() => held.length).toBe(working.length)
    }

    const full = await send(aBody(150_000))
    for (const answer of held) answer()
    await Promise.all(working)

    expect(full).toMatchObject({ status: 503 })
    await expect.poll(async () => (await send(aBody(150_000))).status).toBe(200)
  })

  test('of a forger, is let go of at once', async () => {
    const { send } = await serve({ places: createPlaces({ bytes: 400_000, perAddress: 1 }) })

    const statuses = []
    for (let index = 0; index < BUDGET; index += 1) {
      statuses.push((await send(aBody(150_000, 'lie'))).status)
    }
    const after = await send(aBody(150_000), { from: '203.0.113.2' })

    expect(statuses).toEqual([403, 403, 403])
    expect(after).toMatchObject({ status: 200 })
  })

  test('packed, is unpacked within the same limits', async () => {
    const { send } = await serve({ places: createPlaces({ bytes: 2 * LIMIT }), budget: 10 })
    const packed = { headers: { 'content-encoding': 'gzip' } }

    const good = await send(gzipSync(aBody(LIMIT - 1)), packed)
    const older = await send(gzipSync(aBody(10)), { headers: { 'content-encoding': 'x-gzip' } })
    const bomb = await send(gzipSync(aBody(50 * LIMIT)), packed)
    const broken = await send(Buffer.from('not packed'), packed)
    const unknown = await send(aBody(10), { headers: { 'content-encoding': 'nonsense' } })
    const brotli = await send(brotliCompressSync(aBody(10)), {
      headers: { 'content-encoding': 'br' },
    })
    const after = await send(aBody(LIMIT - 1))

    expect([good, older, bomb, broken, unknown, brotli, after].map(({ status }) => status)).toEqual(
      [200, 200, 413, 400, 415, 415, 200],
    )
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

  test.each([
    ['proven an hour ago at most', true, 200],
    ['not proven', false, 503],
  ])(
    'larger than small, of an address that was %s (%s), while another one has unpacked all it may, answers %i',
    async (_how, isKnown, status) => {
      const { begin, send, counts } = await serve({ places: createPlaces({ bytes: 4 * LIMIT }) })
      const from = '203.0.113.2'
      if (isKnown) await send(aBody(10), { from })
      const packed = gzipSync(aBody(LIMIT - 1, 'lie')).subarray(0, -8)
      const before = counts.read
      for (let index = 0; index < 2; index += 1) {
        begin({ headers: { 'content-encoding': 'gzip' } }).sending.write(packed)
      }
      await expect.poll(() => counts.read - before).toBeGreaterThanOrEqual(2 * (LIMIT - 1))

      expect(await send(aBody(2 * LARGE), { from })).toMatchObject({ status })
    },
  )

  test('in parts of one byte, is hung up on before much of it is read', async () => {
    const { connect, counts } = await serve()
    const { socket, came } = await connect()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(messageOf(crumbs(1_000_000), 'Transfer-Encoding: chunked'))

    await closed
    expect(came.text).toBe('')
    expect(counts.read).toBeLessThanOrEqual(5_000)
  })

  test('of an address whose others used its budget up while it was read, is not examined, and is to come again', async () => {
    const { begin, send, counts } = await serve()
    const { sending, answer } = begin({ headers: { 'content-length': 10 } })
    sending.write(aBody(9))
    await expect.poll(() => counts.read).toBe(9)
    for (let index = 0; index < BUDGET; index += 1) await send(aBody(10), { proof: 'none' })
    sending.end('x')

    expect(await answer).toMatchObject({ status: 503, retryAfter: '60' })
    expect(counts.examined).toBe(0)
  })

  test('of an honest address that is not known, is read, although a thousand are under way at once', async () => {
    const count = 1_000
    const { begin, counts } = await serve({ bodyMs: FOR_EVER })
    const all = Array.from({ length: count }, () => begin({ headers: { 'content-length': 2_000 } }))
    for (const { sending } of all) sending.write(aBody(1_999))
    await expect.poll(() => counts.read).toBe(count * 1_999)
    for (const { sending } of all) sending.end('x')

    const answers = await Promise.all(all.map(({ answer }) => answer))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test.each<[string, Record<string, string | number>, number]>([
    ['as long as it says', { 'content-length': 60_000 }, 4],
    ['that says no length', { 'transfer-encoding': 'chunked' }, 3],
    ['that says only how long it is packed', { ...gzip, 'content-length': 60_000 }, 3],
  ])(
    '%s, of an address that is not known, is read while all under way fit into its bytes, and is to come again otherwise',
    async (_how, headers, fitting) => {
      const { begin, send } = await serve({
        bodyMs: FOR_EVER,
        budget: 100,
        places: createPlaces({ unknownBytes: 4 * 60_000 }),
      })
      const refused: unknown[] = []
      const all = Array.from({ length: 10 }, () => {
        const { sending, answer } = begin({ headers })
        sending.flushHeaders()
        answer.then(
          ({ status }) => refused.push(status),
          () => {},
        )
        return sending
      })
      await expect.poll(() => refused.length).toBe(10 - fitting)
      const other = await send(aBody(60_000), { from: '203.0.113.2' })
      for (const sending of all) sending.destroy()

      expect(new Set(refused)).toEqual(new Set([503]))
      expect(other).toMatchObject({ status: 200 })
      await expect.poll(async () => (await send(aBody(60_000))).status).toBe(200)
    },
  )

  test('of an address that is not known, is one of three hundred at most that are as large as small ones may be', () => {
    const places = createPlaces()
    const reserve = (address: string) =>
      places.of({ address, connection: {}, isKnown: false }).reserve(LARGE)
    for (let index = 0; index < 300; index += 1) reserve('203.0.113.1')

    expect(() => reserve('203.0.113.1')).toThrow('Too many webhooks')
    expect(() => reserve('203.0.113.2')).not.toThrow()
  })

  test('of an address that is known, takes none of these bytes', async () => {
    const { begin, send, counts } = await serve({ places: createPlaces({ unknownBytes: LEAST }) })
    await send(aBody(10))
    const all = Array.from({ length: 20 }, () => begin({ headers: { 'content-length': 100 } }))
    for (const { sending } of all) sending.write(aBody(99))
    await expect.poll(() => counts.read).toBe(10 + 20 * 99)
    for (const { sending } of all) sending.end('x')

    const answers = await Promise.all(all.map(({ answer }) => answer))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test.each([
    ['proven', aBody(10), 200],
    ['forged', aBody(10, 'lie'), 403],
  ])(
    'of an address that is not known, once it is %s, has given its bytes back',
    async (_how, body, status) => {
      const { send } = await serve({ places: createPlaces({ unknownBytes: LEAST }) })

      const statuses = []
      for (let index = 0; index < BUDGET; index += 1) statuses.push((await send(body)).status)

      expect(new Set(statuses)).toEqual(new Set([status]))
    },
  )

  test('whose sender hangs up, gives its place back', async () => {
    const { begin, send } = await serve({ places: createPlaces({ perAddress: 1 }) })
    const { sending } = begin({ headers: { 'content-length': LARGE } })
    sending.write(aBody(10))
    await expect.poll(async () => (await send(aBody(LARGE))).status).toBe(503)

    sending.destroy()

    await expect.poll(async () => (await send(aBody(LARGE))).status).toBe(200)
  })
})
