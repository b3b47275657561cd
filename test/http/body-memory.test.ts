import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createPlaces, SMALL_BODY } from '../../src/webhooks/bodies/places.ts'
import { collectGarbage, liveBufferBytes } from '../support/live-memory.ts'
import { freeIn } from '../support/places.ts'
import {
  aBody,
  crumbs,
  LARGE,
  LIMIT,
  messageOf,
  type Served,
  serveUnproven,
} from '../support/unproven.ts'

const FROM = '203.0.113.1'
/** Longer than a test runs: nothing here is let go because a time has passed. */
const FOR_EVER = 3_600_000
/** Of the sockets' own last reads, which come in 64 kB: no body's, and a third of what a block for each body would hold. */
const READERS = 128 * 1_024
const bomb = gzipSync(Buffer.alloc(2 * LIMIT, 'x'), { level: 9 }).subarray(0, -8)

describe('a body of an address that is not known, while it comes', () => {
  let served: Served | undefined
  afterEach(() => served?.stop())

  test.each([2, 100, 5_000, 40_000, 60_001, SMALL_BODY])(
    'of %i bytes, holds no more memory than is reserved for it',
    async (length) => {
      const many = 100
      const places = createPlaces()
      const free = freeIn(places, FROM).reserved
      served = await serveUnproven({ bodyMs: FOR_EVER, places })
      const { begin, counts } = served
      const all = Array.from({ length: many }, () =>
        begin({ headers: { 'content-length': length } }),
      )
      const before = liveBufferBytes()
      for (const { sending } of all) sending.write(aBody(length, 'l').subarray(1))
      await expect.poll(() => counts.read).toBe(many * (length - 1))

      // In steps of ten thousand.
      const reserved = 10_000 * (free - freeIn(places, FROM).reserved + 1)
      const most = reserved + READERS
      await expect.poll(() => liveBufferBytes() - before).toBeLessThanOrEqual(most)
      for (const { sending } of all) sending.destroy()
    },
  )
})

describe('a body that was refused before it had come', () => {
  let served: Served | undefined
  afterEach(() => served?.stop())

  test('unpacked, and whose end is withheld, is held by nothing while its sender waits', async () => {
    served = await serveUnproven({ bodyMs: FOR_EVER, budget: 100 })
    const before = liveBufferBytes()
    const open = []
    for (let index = 0; index < 20; index += 1) {
      const { socket, came } = await served.connect()
      open.push(socket)
      socket.write(messageOf(bomb, `Content-Encoding: gzip\r\nContent-Length: ${bomb.length + 8}`))
      await expect.poll(() => came.text).toContain('HTTP/1.1 413')
    }

    await expect.poll(() => liveBufferBytes() - before).toBeLessThan(5 * LIMIT)
    for (const socket of open) socket.destroy()
  })

  test('in crumbs, is held by nothing while its connection ends', async () => {
    served = await serveUnproven({ bodyMs: FOR_EVER })
    const { socket, came } = await served.connect({ allowHalfOpen: true })
    const message = messageOf(crumbs(4_000), 'Transfer-Encoding: chunked').toString()
    socket.write(message.replace('X-Proof: some', 'X-Proof: none').slice(0, -1))
    await expect.poll(() => came.text).toContain('HTTP/1.1 403')

    const [request] = served.requests
    await expect.poll(() => request?.deref()?.readableLength ?? 0).toBe(0)
    socket.destroy()
  })

  test.each([
    ['small', 'none', 'Content-Length: 100'],
    ['large', 'none', `Content-Length: ${LARGE}`],
    ['read', 'some', `Content-Encoding: gzip\r\nContent-Length: ${bomb.length + 8}`],
  ])('%s, once its connection is gone, is forgotten', async (_how, proof, headers) => {
    served = await serveUnproven({ bodyMs: FOR_EVER, budget: 100 })
    const message = messageOf(proof === 'some' ? bomb : Buffer.alloc(0), headers)
    for (let index = 0; index < 20; index += 1) {
      const { socket, came } = await served.connect()
      socket.write(message.toString('latin1').replace('Proof: some', `Proof: ${proof}`), 'latin1')
      await expect.poll(() => came.text).toContain('HTTP/1.1 4')
      socket.destroy()
    }

    const { requests } = served
    const held = () => {
      collectGarbage()
      return requests.filter((request) => request.deref() !== undefined).length
    }
    // Node itself holds a few: the last ones of its parsers.
    await expect.poll(held).toBeLessThan(5)
    expect(requests).toHaveLength(20)
  })
})
