import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Download } from '../../src/carriers/ports/downloads.ts'
import { createHandOver } from '../../src/recordings/hand-over.ts'
import { LIMITS, type Limits } from '../../src/recordings/watch-bytes.ts'

const bytes = Buffer.from('0123456789abcdef')

/** A carrier that sends these bytes, in threes, and what it was asked. */
function carrier(
  answer: Partial<Download> & { chunks?: Iterable<Buffer> | AsyncIterable<Buffer> },
) {
  const asked: (string | null)[] = []
  const opened: Readable[] = []
  const signals: AbortSignal[] = []
  const { chunks, ...fields } = answer
  return {
    asked,
    opened,
    signals,
    open: async ({ range, signal }: { range: string | null; signal: AbortSignal }) => {
      asked.push(range)
      signals.push(signal)
      const stream = Readable.from(chunks ?? threes(), { objectMode: false })
      stream.on('error', () => {})
      opened.push(stream)
      const whole = { status: 200 as const, type: 'audio/mpeg', length: bytes.length }
      return { ...whole, contentRange: null, bytes: stream, ...fields }
    },
  }
}

function* threes() {
  for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3)
}

/** Sends something, and then nothing any more. */
async function* stuck() {
  yield bytes.subarray(0, 3)
  await new Promise(() => {})
}

function handing(limits: Partial<Limits> = {}, stopping = new AbortController().signal) {
  const handOver = createHandOver({ stopping, limits: { ...LIMITS, ...limits } })
  const noted: string[] = []
  const give = (
    { open }: ReturnType<typeof carrier>,
    more: { range?: string; isHead?: boolean; ended?: AbortSignal; asker?: string } = {},
  ) => {
    const { range, isHead = false, ended = new AbortController().signal, asker = 'ann' } = more
    return handOver({
      open,
      key: 'RE1',
      name: 'call-1',
      asker,
      transfer: { range, isHead, ended },
      note: async () => noted.push('noted'),
    })
  }
  return { give, noted }
}

type Given = Awaited<ReturnType<ReturnType<typeof handing>['give']>>

async function textOf({ bytes: given }: Given): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of given?.body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code }) => code,
  )

describe('bytes that are passed on', () => {
  test.each([
    [undefined, 200, '0123456789abcdef'],
    ['bytes=4-6', 206, '456'],
    ['bytes=2-2', 206, '2'],
    ['bytes=-3', 206, 'def'],
    ['bytes=14-', 206, 'ef'],
  ])('of %s, from a carrier that sends everything, are those', async (range, status, text) => {
    for (const length of [bytes.length, null]) {
      const given = await handing().give(carrier({ length }), { ...(range && { range }) })

      expect(given.status).toBe(status)
      expect(await textOf(given)).toBe(text)
      if (range) expect(given.bytes?.headers['Content-Length']).toBe(String(text.length))
    }
  })

  test('in part, of a length that nobody says, are counted once, and asked for again', async () => {
    const there = carrier({ length: null })
    const { give } = handing()

    await textOf(await give(there, { range: 'bytes=0-1' }))
    await textOf(await give(there, { range: 'bytes=5-8' }))

    expect(there.asked).toEqual(['bytes=0-1', null, 'bytes=5-8'])
  })

  test('in part, from a carrier that has parts, are the part that it sends', async () => {
    const there = carrier({ status: 206, contentRange: 'bytes 0-15/99', length: 16 })

    const given = await handing().give(there, { range: 'bytes=0-15' })

    expect(given.status).toBe(206)
    expect(given.bytes?.headers['Content-Range']).toBe('bytes 0-15/99')
    expect(await textOf(given)).toBe(bytes.toString())
  })

  test('once the part is there, are not read any further', async () => {
    const there = carrier({})

    await textOf(await handing().give(there, { range: 'bytes=0-1' }))

    await expect.poll(() => there.opened[0]?.destroyed).toBe(true)
    expect(there.signals[0]?.aborted).toBe(true)
  })

  test.each([
    ['a page', { type: 'text/html' }, 'content_unfit'],
    ['a picture that is a program', { type: 'image/svg+xml', length: null }, 'content_unfit'],
    ['of no type', { type: '' }, 'content_unfit'],
    ['more than is passed on', { length: 200_000_001 }, 'content_unfit'],
    ['a part that nobody asked for', { status: 206, contentRange: 'bytes 0-1/9' }, 'content_unfit'],
    ['no such part', { status: 416, contentRange: 'bytes */9', type: '' }, 'range_not_satisfiable'],
  ] as const)(
    'that are %s, are refused unread, and nobody is noted to have had them',
    async (_name, answer, code) => {
      const there = carrier(answer as Partial<Download>)
      const { give, noted } = handing()

      expect(await codeOf(give(there))).toBe(code)
      expect(
        there.opened.map(({ destroyed, readableDidRead }) => [destroyed, readableDidRead]),
      ).toEqual([[true, false]])
      expect([noted, there.signals[0]?.aborted]).toEqual([[], true])
    },
  )

  test('asked for their head, are not read, nor noted', async () => {
    const there = carrier({})
    const { give, noted } = handing()

    const { bytes: given } = await give(there, { isHead: true })

    expect(given).toMatchObject({ body: null, headers: { 'Content-Length': '16' } })
    expect(there.opened[0]).toMatchObject({ destroyed: true, readableDidRead: false })
    expect(noted).toEqual([])
  })

  test.each([
    ['fewer than were promised', { length: 20 }, {}],
    ['more than may be', { length: null }, { mostBytes: 10 }],
  ])('that are %s, break off', async (_name, answer, limits) => {
    const given = await handing(limits).give(carrier(answer))

    await expect(textOf(given)).rejects.toThrow()
  })

  test.each([
    ['that do not come', { stallMs: 20 }, stuck],
    ['that nobody reads', { stallMs: 20 }, threes],
    ['that take too long', { allMs: 20 }, stuck],
  ])('%s, break off, and so does the request for them', async (_name, limits, chunks) => {
    const there = carrier({ chunks: chunks() })

    const { bytes: given } = await handing(limits).give(there)

    await expect.poll(() => given?.body?.destroyed).toBe(true)
    expect(there.signals[0]?.aborted).toBe(true)
  })

  test('when the server stops, break off after a moment, so that it can', async () => {
    const stop = new AbortController()
    const { give } = handing({ stopMs: 20 }, stop.signal)
    const there = carrier({ chunks: stuck() })
    const { bytes: given } = await give(there)
    stop.abort()
    const { bytes: late } = await give(carrier({ chunks: stuck() }))

    await expect.poll(() => [given?.body?.destroyed, late?.body?.destroyed]).toEqual([true, true])
    expect(there.signals[0]?.aborted).toBe(true)
  })

  test('whose reader has gone, end the request for them', async () => {
    const reader = new AbortController()
    const there = carrier({ chunks: stuck() })
    const { bytes: given } = await handing().give(there, { ended: reader.signal })

    reader.abort()
    given?.body?.destroy()

    expect(there.signals[0]?.aborted).toBe(true)
  })

  test('of one asker, are six at a time, and a place is free again however one ends', async () => {
    const { give } = handing()
    const going: Given[] = []
    for (let n = 0; n < 6; n += 1) going.push(await give(carrier({ chunks: stuck() })))

    expect(await codeOf(give(carrier({})))).toBe('too_many_at_once')
    expect(await textOf(await give(carrier({}), { asker: 'ben' }))).toBe(bytes.toString())
    going[0]?.bytes?.body?.destroy()
    await expect.poll(() => codeOf(give(carrier({}), { isHead: true }))).toBe('done')
    expect(await codeOf(give(carrier({ type: 'text/html' })))).toBe('content_unfit')
    expect(await textOf(await give(carrier({})))).toBe(bytes.toString())
  })
})
