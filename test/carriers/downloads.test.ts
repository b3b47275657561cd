import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createElevenLabsAudio } from '../../src/carriers/downloads/elevenlabs-audio.ts'
import { createTwilioFiles } from '../../src/carriers/downloads/twilio-files.ts'
import { carrierErrorOf, everythingIn } from '../support/carrier-server.ts'

const accountSid = `AC${'0'.repeat(32)}`
const request = { range: null, signal: new AbortController().signal }

async function server(listener: RequestListener) {
  const asked: { url: string; authorization: string | undefined; range: string | undefined }[] = []
  const listening = createServer({ keepAliveTimeout: 0 }, (req, res) => {
    const { authorization, range } = req.headers
    asked.push({ url: req.url ?? '', authorization, range })
    listener(req, res)
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => {
    listening.closeAllConnections()
    listening.close()
  })
  return { asked, origin: `http://127.0.0.1:${(listening.address() as AddressInfo).port}` }
}

const twilio = (origin: string | undefined, timeoutMs = 5_000) =>
  createTwilioFiles({
    accountSid,
    authToken: 'secret-token',
    baseUrl: origin && `${origin}/twilio`,
    timeoutMs,
  })

async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('bytes of a carrier', () => {
  test('of a recording, are asked for as MP3, with our credentials, by its SID alone', async () => {
    const { origin, asked } = await server((_req, res) =>
      res
        .writeHead(200, { 'content-type': 'Audio/MPEG; rate=8000', 'content-length': '5' })
        .end('sound'),
    )

    const found = await twilio(origin).openTape('RE1/../x', { ...request, range: 'bytes=0-' })

    expect(found).toMatchObject({ status: 200, type: 'audio/mpeg', length: 5, contentRange: null })
    expect(await textOf(found.bytes)).toBe('sound')
    expect(asked).toMatchObject([
      {
        url: `/twilio/api/2010-04-01/Accounts/${accountSid}/Recordings/RE1%2F..%2Fx.mp3`,
        authorization: `Basic ${btoa(`${accountSid}:secret-token`)}`,
        range: 'bytes=0-',
      },
    ])
  })

  test('that lie elsewhere, are asked for there without our credentials', async () => {
    const { origin, asked } = await server((req, res) => {
      if (req.url?.startsWith('/twilio/mms/'))
        res.writeHead(200, { 'content-type': 'image/png' }).end('x')
      else res.writeHead(307, { location: '/twilio/mms/1?Signature=s' }).end()
    })

    const found = await twilio(origin).openMedium('MM1', 'ME1', { ...request, range: 'bytes=0-9' })

    expect(await textOf(found.bytes)).toBe('x')
    expect(asked[1]).toEqual({
      url: '/twilio/mms/1?Signature=s',
      authorization: undefined,
      range: 'bytes=0-9',
    })
  })

  test.each([
    ['another port of the same host', (elsewhere: string) => `${elsewhere}/x?secret=4711`],
    ['another path of the same server', () => '/elsewhere?secret=4711'],
    ['a host of nobody’s', () => 'https://files.example.com/x?secret=4711'],
    ['a file', () => 'file:///etc/passwd'],
    ['nowhere', () => 'http://'],
  ])(
    'that lead to %s, are asked for nowhere, and nobody is shown the address',
    async (_name, to) => {
      const elsewhere = await server((_req, res) => res.end('inside'))
      const { origin } = await server((_req, res) =>
        res.writeHead(302, { location: to(elsewhere.origin) }).end(),
      )

      const error = await carrierErrorOf(twilio(origin).openMedium('MM1', 'ME1', request))

      expect(error).toMatchObject({ kind: 'bad_reply' })
      expect(everythingIn(error)).not.toContain('4711')
      expect(elsewhere.asked).toEqual([])
    },
  )

  test('that lead from one address to the next for ever, are given up', async () => {
    const { origin, asked } = await server((_req, res) =>
      res.writeHead(302, { location: '/twilio/mms/again' }).end(),
    )

    expect(await carrierErrorOf(twilio(origin).openTape('RE1', request))).toMatchObject({
      kind: 'bad_reply',
    })
    expect(asked.length).toBeLessThan(6)
  })

  test.each([
    [401, 'account'],
    [403, 'rejected'],
    [404, 'not_found'],
    [410, 'not_found'],
    [429, 'rate_limited'],
    [500, 'unreachable'],
    [304, 'unreachable'],
  ])(
    'that are refused with %i, are an error of the kind %s, without our credentials',
    async (status, kind) => {
      const { origin } = await server((_req, res) => res.writeHead(status).end())

      const errors = [
        await carrierErrorOf(twilio(origin).openTape('RE1', request)),
        await carrierErrorOf(
          createElevenLabsAudio({
            baseUrl: origin,
            apiKey: 'secret-key',
            timeoutMs: 5_000,
          }).openConversation('conv_1', request),
        ),
      ]

      for (const error of errors) {
        expect(error.kind).toBe(kind)
        expect(everythingIn(error)).not.toMatch(/secret-(token|key)/)
      }
    },
  )

  test.each([
    ['does not answer', () => {}, 'unreachable'],
    ['hangs up', (_req, res) => res.destroy(), 'unreachable'],
    [
      'packs what it sends',
      (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      'bad_reply',
    ],
  ] as [string, RequestListener, string][])(
    'of a carrier that %s, are an error',
    async (_name, behave, kind) => {
      const { origin } = await server(behave)

      expect(await carrierErrorOf(twilio(origin, 200).openTape('RE1', request))).toMatchObject({
        kind,
      })
    },
  )

  test('that break off, are an error for whoever reads them', async () => {
    const { origin } = await server((_req, res) => {
      res.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': '100' })
      res.write('half', () => res.destroy())
    })

    const { bytes } = await twilio(origin).openTape('RE1', request)

    await expect(textOf(bytes)).rejects.toThrow()
  })

  test('whose reader has gone, are not sent any more', async () => {
    const gone = new AbortController()
    let isClosed = false
    const { origin } = await server((_req, res) => {
      res.writeHead(200, { 'content-type': 'audio/mpeg' }).write('begin')
      res.once('close', () => {
        isClosed = true
      })
    })
    const { bytes } = await twilio(origin).openTape('RE1', { range: null, signal: gone.signal })
    bytes.on('error', () => {})

    gone.abort()

    await expect.poll(() => isClosed).toBe(true)
  })
})
