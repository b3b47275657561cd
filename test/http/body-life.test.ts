import { randomBytes } from 'node:crypto'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Request } from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { createPlaces } from '../../src/webhooks/bodies/places.ts'
import { createTurns } from '../../src/webhooks/bodies/turns.ts'
import { freeIn, watching } from '../support/places.ts'
import {
  aBody,
  crumbs,
  LARGE,
  LIMIT,
  messageOf,
  type Served,
  serveUnproven,
} from '../support/unproven.ts'

const PLACES = { perAddress: 2, bytes: 2 * LIMIT }
const FROM = '203.0.113.1'
const withLength = { 'content-length': 2 * LARGE }
const chunked = { 'transfer-encoding': 'chunked' }
const gzip = { headers: { 'content-encoding': 'gzip' } }

/** Sends, in many small parts, what takes so long to unpack that the last of it still waits when all is here. */
function sendParts({ begin }: Served) {
  const letters = [...randomBytes(100_000)].map((byte) => byte.toString(4).padStart(4, '0'))
  const bytes = gzipSync(aBody(4) + letters.join(''))
  const { sending, answer } = begin({ headers: { ...chunked, ...gzip.headers } })
  for (let at = 0; at < bytes.length; at += 1_000) sending.write(bytes.subarray(at, at + 1_000))
  sending.end()
  return answer
}

type Options = Parameters<typeof serveUnproven>[0]
interface Way {
  how: string
  /** Whether it counts against its address. */
  counts: boolean
  options?: Options
  act: (served: Served) => unknown
}

/** Sends a part of a body, and no more. */
function sendPart({ begin }: Served, headers: Record<string, string | number>) {
  const begun = begin({ headers })
  begun.sending.write(aBody(LARGE))
  return begun
}

const send =
  (...sent: Parameters<Served['send']>) =>
  (served: Served) =>
    served.send(...sent)

/** Every way in which a request with a body that is larger than small can end. */
const ways: Way[] = [
  { how: 'proven and answered', counts: false, act: send(aBody(LARGE)) },
  {
    how: 'proven, and then failed',
    counts: false,
    options: {
      work: () => {
        throw new Error('ours')
      },
    },
    act: send(aBody(LARGE)),
  },
  { how: 'forged', counts: true, act: send(aBody(LARGE, 'lie')) },
  { how: 'without a form of proof', counts: true, act: send(aBody(LARGE), { proof: 'none' }) },
  { how: 'too large', counts: true, act: send(aBody(LIMIT + 1)) },
  { how: 'too large once unpacked', counts: true, act: send(gzipSync(aBody(9 * LIMIT)), gzip) },
  { how: 'not packed as it says', counts: true, act: send(aBody(LARGE), gzip) },
  {
    how: 'packed and cut off',
    counts: true,
    act: send(gzipSync(aBody(9 * LARGE)).subarray(0, -9), gzip),
  },
  {
    how: 'packed with Brotli',
    counts: true,
    act: send(brotliCompressSync(aBody(LARGE)), { headers: { 'content-encoding': 'br' } }),
  },
  {
    how: 'in crumbs',
    counts: true,
    act: async (served) => {
      const { socket } = await served.connect()
      socket.write(messageOf(crumbs(LARGE), 'Transfer-Encoding: chunked'))
      await new Promise((resolve) => socket.once('close', resolve))
    },
  },
  {
    how: 'unpacked, whose end is withheld',
    counts: true,
    options: { bodyMs: 1_000 },
    act: async ({ begin }) => {
      const { sending, answer } = begin({ headers: { ...chunked, ...gzip.headers } })
      sending.write(gzipSync(aBody(9 * LARGE)).subarray(0, -8))
      await answer
    },
  },
  {
    how: 'in an unknown encoding',
    counts: true,
    act: send(aBody(LARGE), { headers: { 'content-encoding': 'nonsense' } }),
  },
  ...[withLength, chunked].flatMap((headers: Record<string, string | number>): Way[] => [
    {
      how: `hung up in the middle, ${Object.keys(headers)}`,
      counts: true,
      act: async (served) => {
        const { sending } = sendPart(served, headers)
        await expect.poll(() => served.counts.read).toBe(LARGE)
        sending.destroy()
      },
    },
    {
      how: `too slow, ${Object.keys(headers)}`,
      counts: true,
      options: { bodyMs: 1_000 },
      act: (served) => sendPart(served, headers).answer,
    },
  ]),
  {
    how: 'hung up before it was read',
    counts: true,
    options: { cutAt: 'asked' },
    act: send(aBody(LARGE)),
  },
  {
    how: 'hung up, all of it here, while it was unpacked',
    counts: true,
    options: { cutAt: 'taken' },
    act: sendParts,
  },
  {
    how: 'small while packed, all of it here, hung up while it was unpacked',
    counts: true,
    options: { cutAt: 'taken' },
    act: send(gzipSync(aBody(LIMIT - 1, 'lie')), gzip),
  },
  {
    how: 'hung up while it waited for its turn',
    counts: false,
    options: { cutAt: 'read' },
    act: send(aBody(LARGE)),
  },
  {
    how: 'forged, and hung up while it waited for its turn',
    counts: true,
    options: { cutAt: 'read' },
    act: send(aBody(LARGE, 'lie')),
  },
  {
    how: 'hung up while it was worked at',
    counts: false,
    options: { cutAt: 'proven' },
    act: send(aBody(LARGE)),
  },
  {
    how: 'turned away because all places are taken',
    counts: false,
    options: { places: createPlaces({ ...PLACES, perAddress: 0 }) },
    act: send(aBody(LARGE)),
  },
  {
    how: 'turned away because too many wait for a turn',
    counts: false,
    options: { takeTurn: createTurns({ bytes: 10 }) },
    act: send(aBody(11)),
  },
  {
    how: 'turned away because all bytes are held',
    counts: false,
    options: { places: createPlaces({ ...PLACES, bytes: 10 }) },
    act: send(aBody(LARGE)),
  },
]

describe('a body, of which nobody knows who sends it', () => {
  let served: Served | undefined
  afterEach(() => served?.stop())

  test.each(ways.map((way) => [way.how, way] as const))(
    '%s, is released exactly once, and nothing waits for it any more',
    async (_how, { options, act }) => {
      const places = options?.places ?? createPlaces(PLACES)
      const before = freeIn(places, FROM)
      const { watched, late } = watching(places)
      served = await serveUnproven({ ...options, places: watched })

      await Promise.resolve(act(served)).catch(() => {})

      const { counts } = served
      await expect.poll(() => counts.asked).toBe(1)
      await expect.poll(() => counts).toMatchObject({ guarded: 1, closed: 1 })
      expect(freeIn(places, FROM)).toEqual(before)
      expect(late).toEqual([])
    },
  )

  test.each(ways.map((way) => [way.how, way.counts, way] as const))(
    '%s, counts against its address: %s',
    async (_how, counts, { options, act }) => {
      served = await serveUnproven({ places: createPlaces(PLACES), ...options, budget: 1 })
      const { forgeries } = served

      await Promise.resolve(act(served)).catch(() => {})
      await expect.poll(() => served?.counts).toMatchObject({ guarded: 1, closed: 1 })

      const isSpent = () => forgeries.isSpent({ ip: FROM } as Request)
      if (counts) await expect.poll(isSpent).toBe(true)
      else expect(await isSpent()).toBe(false)
    },
  )
})
