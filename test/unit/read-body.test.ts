import { PassThrough } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { Request } from 'express'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/platform/errors.ts'
import { createPlaces, SMALL_BODY } from '../../src/webhooks/bodies/places.ts'
import { readBody } from '../../src/webhooks/bodies/read-body.ts'
import { liveBufferBytes } from '../support/live-memory.ts'

const MB = 1_024 * 1_024
const LIMIT = 8 * MB

/** Begins to read what is written to `req`. */
function begin(headers: Record<string, string>, options: Parameters<typeof createPlaces>[0] = {}) {
  const get = (name: string) => headers[name]
  const req = Object.assign(new PassThrough(), { get, complete: false })
  const over = new AbortController()
  const sender = { address: '203.0.113.1', connection: req, isKnown: true }
  const outcome = readBody(req as unknown as Request, {
    place: createPlaces(options).of(sender),
    limit: LIMIT,
    over: over.signal,
    take: () => {
      setImmediate(() => req.emit('taken'))
      return true
    },
  }).then(
    ({ length }) => ({ length }),
    (error: unknown) => error,
  )
  return { req, over, outcome }
}

const gzip = { 'content-encoding': 'gzip' }
const bomb = gzipSync(Buffer.alloc(LIMIT + 1, 'x'), { level: 9 }).subarray(0, -8)
/** Of a gzip: what stands before and behind its blocks, and a block that holds nothing. */
const [HEAD, END] = [gzipSync('').subarray(0, 10), gzipSync('').subarray(10)]
const NOTHING = Buffer.from([0, 0, 0, 0xff, 0xff])
const nothing = (length: number) => Buffer.concat(Array(Math.ceil(length / 5)).fill(NOTHING))

describe('a body that ends before it was read', () => {
  type Begun = ReturnType<typeof begin>
  test.each<[string, string, Record<string, string>, (begun: Begun) => unknown]>([
    ['too large', 'body_too_large', {}, ({ req }) => req.write(Buffer.alloc(LIMIT + 1))],
    ['too large unpacked', 'body_too_large', gzip, ({ req }) => req.write(bomb)],
    [
      'not packed to its end',
      'validation_failed',
      gzip,
      ({ req }) => req.end(gzipSync(Buffer.alloc(LIMIT, 'x')).subarray(0, -8)),
    ],
    [
      'late',
      'body_too_slow',
      {},
      ({ req, over }) => {
        req.write(Buffer.alloc(LIMIT))
        req.once('taken', () => over.abort(new AppError('body_too_slow', 'late')))
      },
    ],
  ])(
    'because it is %s, is held by nothing, also not by its error: %s',
    async (_why, code, headers, send) => {
      const before = liveBufferBytes()
      const kept: unknown[] = []
      for (let index = 0; index < 4; index += 1) {
        const begun = begin(headers)
        send(begun)
        kept.push({ req: begun.req, error: await begun.outcome })
      }

      expect(kept).toMatchObject(Array(4).fill({ error: { code } }))
      await expect.poll(() => liveBufferBytes() - before).toBeLessThan(MB)
      expect(kept).toHaveLength(4)
    },
  )
})

describe('a packed body', () => {
  test.each([
    ['needs no place for 64 kB of it', SMALL_BODY - 5, undefined],
    ['needs a place for more', SMALL_BODY + 20, 'webhooks_busy'],
  ])('that unpacks to nothing, %s', async (_what, length, code) => {
    const { req, outcome } = begin(gzip, { perAddress: 0 })
    req.write(Buffer.concat([HEAD, nothing(length - HEAD.length - END.length - 5)]))
    req.write(NOTHING)
    if (code === undefined) req.end(END)

    expect(await outcome).toMatchObject(code ? { code } : { length: 0 })
  })

  test('that unpacks to nothing, is too large where it is longer than what may be unpacked', async () => {
    const { req, outcome } = begin(gzip)
    req.write(HEAD)
    for (let index = 0; index <= LIMIT / MB; index += 1) req.write(nothing(MB))

    expect(await outcome).toMatchObject({ code: 'body_too_large' })
  })

  test.each([
    ['here with the rest', []],
    ['still to come', [-3]],
  ])('with more behind its end, %s, is refused', async (_when, cuts) => {
    const bytes = Buffer.concat([gzipSync('true'), Buffer.alloc(10)])
    const { req, outcome } = begin(gzip)
    req.write(bytes.subarray(0, cuts[0] ?? bytes.length))
    if (cuts.length === 0) req.end()

    expect(await outcome).toMatchObject({ code: 'validation_failed' })
  })
})
