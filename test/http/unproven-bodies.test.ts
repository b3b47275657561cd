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

  test('of an address that has forged too much, is refused before it has come', async () => {
    const { begin, send, counts } = await serve()
    for (let index = 0; index < BUDGET; index += 1) {
      expect(await send(aBody(10, 'lie'))).toMatchObject({ status: 403 })
    }
    const before = counts.read
    const { sending, answer } = begin({ headers: { 'content-length': 10 } })
    sending.flushHeaders()

    expect(await answer).toMatchObject({ status: 429 })
    expect(counts.read).toBe(before)
  })

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

  test('of an address whose others used its budget up while it was read, is not examined', async () => {
    const { begin, send, counts } = await serve()
    const { sending, answer } = begin({ headers: { 'content-length': 10 } })
    sending.write(aBody(9, 'lie'))
    await expect.poll(() => counts.read).toBe(9)
    for (let index = 0; index < BUDGET; index += 1) await send(aBody(10), { proof: 'none' })
    sending.end('x')

    expect(await answer).toMatchObject({ status: 429 })
    expect(counts.examined).toBe(0)
  })

  test('of an address that is not known, is read only while those under way and those forged fit its budget', async () => {
    const { begin, send, counts } = await serve()
    await send(aBody(10, 'lie'))
    const before = counts.read
    const all = Array.from({ length: 20 }, () => begin({ headers: { 'content-length': 10 } }))
    for (const { sending } of all) sending.write(aBody(9))
    const refused = await Promise.race(all.map(({ answer }) => answer))
    await expect.poll(() => counts.guarded).toBe(1 + 20 - (BUDGET - 1))
    await expect.poll(() => counts.read - before).toBe((BUDGET - 1) * 9)
    for (const { sending } of all) sending.end('x')
    const answers = await Promise.all(all.map(({ answer }) => answer))
    const statuses = answers.map(({ status }) => status)

    expect(refused).toMatchObject({ status: 503, retryAfter: '5' })
    expect(statuses.filter((status) => status === 200)).toHaveLength(BUDGET - 1)
    expect(statuses.filter((status) => status === 503)).toHaveLength(20 - (BUDGET - 1))
  })

  test.each([
    ['proven', true, 20],
    ['as many at once as its budget', false, BUDGET],
  ])(
    'of an honest address, %s (%s), is read whatever else is under way',
    async (_how, isKnown, count) => {
      const { begin, send, counts } = await serve()
      if (isKnown) await send(aBody(10))
      const before = counts.read
      const all = Array.from({ length: count }, () => begin({ headers: { 'content-length': 10 } }))
      for (const { sending } of all) sending.write(aBody(9))
      await expect.poll(() => counts.read - before).toBe(count * 9)
      for (const { sending } of all) sending.end('x')

      const answers = await Promise.all(all.map(({ answer }) => answer))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      for (let index = 0; index < BUDGET; index += 1) {
        expect(await send(aBody(10), { from: '203.0.113.2' })).toMatchObject({ status: 200 })
      }
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
