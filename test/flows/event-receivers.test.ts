import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createPostWebhook } from '../../src/events/deliveries/post-webhook.ts'
import { publicLookup } from '../../src/events/deliveries/public-lookup.ts'
import { isLoopback } from '../../src/platform/network/public-host.ts'
import {
  answerText,
  type Behaviour,
  carrierServer,
  drip,
  drop,
  hang,
} from '../support/carrier-server.ts'
import { issueFor, makeAuthority } from '../support/certificates.ts'
import { nameServer } from '../support/name-server.ts'

/** Of a receiver that never answers, and of one that never ends. */
const HANG_MS = 400
const DRIP_MS = 5_000
const PATIENCE_MS = 60_000

const redirect: Behaviour = (res) => {
  res.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end()
}

const upgrade: Behaviour = (res) => {
  res.writeHead(101, { connection: 'Upgrade', upgrade: 'x' }).end()
}

/** In what content that says so, and encoded, which nobody asked for. */
const encoded =
  (type: string): Behaviour =>
  (res) => {
    const headers = { 'content-type': type, 'content-encoding': 'gzip' }
    res.writeHead(200, headers).end(gzipSync('<!doctype html><title>Sign in</title>'))
  }

const PAGE = { result: 'failed', error: 'answered 200 with a web page: no receiver is there' }

describe('a receiver of webhooks', () => {
  const post = (
    url: string,
    more: { allowLoopback?: boolean; timeoutMs?: number; nameServers?: string[] } = {},
  ) =>
    createPostWebhook({ timeoutMs: PATIENCE_MS, allowLoopback: true, ...more })(
      url,
      { 'webhook-id': 'one' },
      '{}',
      new AbortController().signal,
    )

  test.each<[string, Behaviour, object]>([
    [
      'HTML and 200',
      answerText(200, '<h1>Hello</h1>'),
      { result: 'delivered', statusCode: 200, answer: '<h1>Hello</h1>' },
    ],
    [
      'a page of a browser’s and 200',
      answerText(200, '\n<!DOCTYPE html>\n<html><title>Sign in</title></html>'),
      {
        result: 'failed',
        statusCode: 200,
        error: 'answered 200 with a web page: no receiver is there',
      },
    ],
    [
      'an error',
      answerText(500, 'no'),
      { result: 'failed', statusCode: 500, error: 'answered 500' },
    ],
    ['that it is gone', answerText(410, ''), { result: 'gone', statusCode: 410 }],
    [
      'a redirect',
      redirect,
      { result: 'failed', statusCode: 302, error: 'answered 302: redirects are not followed' },
    ],
    [
      'nothing',
      hang,
      { result: 'failed', statusCode: null, error: 'no answer within 0.4 seconds' },
    ],
    [
      'by hanging up',
      drop,
      { result: 'failed', statusCode: null, error: 'no answer (ECONNRESET)' },
    ],
    ['101', upgrade, { result: 'failed', statusCode: 101, error: 'answered 101' }],
    ['200, and never ends', drip, { result: 'delivered', statusCode: 200 }],
    [
      'without end',
      answerText(200, 'x'.repeat(5_000_000)),
      { result: 'delivered', answer: 'x'.repeat(500) },
    ],
  ])('that answers %s, is taken for what it says', async (_, behaviour, outcome) => {
    const server = await carrierServer(behaviour)
    const late = new Map([
      [hang, HANG_MS],
      [drip, DRIP_MS],
    ])
    const timeoutMs = late.get(behaviour) ?? PATIENCE_MS

    expect(await post(server.origin, { timeoutMs })).toMatchObject(outcome)

    expect(server.requests).toMatchObject([{ method: 'POST', body: '{}' }])
  })

  test.each<[string, Behaviour, object]>([
    ...[
      '\uFEFF<!doctype html><title>Sign in</title>',
      '<!-- Sign in -->\n<!-- v2 --><html>',
      `<!-- ${'x'.repeat(600)} --><html>`,
      '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">',
      '<HEAD><title>Sign in</title>',
      '<body class="login">',
      '<!doctype\nhtml>',
      Buffer.from('\uFEFF<html><body>', 'utf16le'),
    ].map((page): [string, Behaviour, object] => [
      JSON.stringify(`${page}`.slice(0, 40)),
      (res) => res.writeHead(200).end(page),
      PAGE,
    ]),
    ['a page in an encoding', encoded('text/html; charset=utf-8'), PAGE],
    ['a page of XHTML in an encoding', encoded('application/xhtml+xml'), PAGE],
    ['JSON in an encoding', encoded('application/json'), { result: 'delivered' }],
    ...['<?xml version="1.0"?><Response/>', '<!', '<header/>', `${'<!---->'.repeat(70)}ok`, ''].map(
      (text): [string, Behaviour, object] => [
        JSON.stringify(text.slice(0, 40)),
        answerText(200, text),
        { result: 'delivered' },
      ],
    ),
  ])('that answers 200 and %s, is a web page, or is not', async (_, behaviour, outcome) => {
    const server = await carrierServer(behaviour)

    expect(await post(server.origin)).toMatchObject(outcome)
  })

  test('with a certificate of nobody’s, is told nothing, and the reason says so', async () => {
    const { certificate: cert, key } = issueFor(makeAuthority('nobody'), '127.0.0.1')
    let requests = 0
    const server = createServer({ cert, key, keepAliveTimeout: 0 }, (_req, res) => {
      requests += 1
      res.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())

    const outcome = await post(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)

    expect(outcome).toMatchObject({ result: 'failed', statusCode: null })
    expect(outcome.error).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET/)
    expect(requests).toBe(0)
  })

  test.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]', 'http://2130706433'])(
    'at %s, where loopback is not allowed, is never connected to',
    async (host) => {
      const server = await carrierServer(answerText(200, 'ok'))
      const { port } = new URL(server.origin)

      const outcome = await post(`${host}:${port}`, { allowLoopback: false })

      expect(outcome).toMatchObject({
        result: 'failed',
        error: 'leads to a private address: it must be reached from the internet',
      })
      expect(server.connections()).toBe(0)
    },
  )

  test.each([
    [false, { result: 'failed', error: expect.stringContaining('private address') }, 0],
    [true, { result: 'delivered', statusCode: 200 }, 1],
  ])(
    'whose name leads to this machine, where that is allowed: %s, is treated so',
    async (allowLoopback, outcome, connections) => {
      const server = await carrierServer(answerText(200, 'ok'))
      const url = `http://crm.example.com:${new URL(server.origin).port}`
      const nameServers = [await nameServer({}, '127.0.0.1')]

      const posted = await post(url, { allowLoopback, nameServers })

      expect(posted).toMatchObject(outcome)
      expect(server.connections()).toBe(connections)
    },
  )

  const resolve = (
    name: string,
    allowLoopback: boolean,
    all = true,
    asked: { signal?: AbortSignal; nameServers?: string[] } = {},
  ) =>
    new Promise((answer, refuse) => {
      const signal = new AbortController().signal
      publicLookup({ allowLoopback, signal, ...asked })(name, { all }, (error, address) =>
        error ? refuse(error) : answer(address),
      )
    })

  test.each([
    'localhost',
    '127.0.0.1',
    '10.1.2.3',
    '100.64.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '168.63.129.16',
    '0.0.0.0',
    '::1',
    '::ffff:10.1.2.3',
    '::ffff:169.254.169.254',
    '64:ff9b::a01:203',
    '2002:a01:203::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
  ])('that resolves to %s, is not connected to', async (name) => {
    await expect(resolve(name, false)).rejects.toThrow('leads to a private address')
    await expect(resolve(name, false, false)).rejects.toThrow('leads to a private address')
  })

  test.each(['8.8.8.8', '2606:4700::1111'])('that resolves to %s, is', async (address) => {
    expect(await resolve(address, false)).toMatchObject([{ address }])
    expect(await resolve(address, false, false)).toBe(address)
  })

  test('on this machine, where that is allowed, is, and a private network still is not', async () => {
    expect(await resolve('127.0.0.1', true)).toMatchObject([{ address: '127.0.0.1' }])
    await expect(resolve('192.168.1.1', true)).rejects.toThrow('leads to a private address')
  })

  test.each([
    ['a public address', ['8.8.8.8'], [{ address: '8.8.8.8', family: 4 }]],
    [
      'two public addresses',
      ['8.8.8.8', '8.8.4.4'],
      [{ address: '8.8.8.8' }, { address: '8.8.4.4' }],
    ],
    ['a private address', ['10.1.2.3'], 'leads to a private address'],
    [
      'a private address beside a public one',
      ['8.8.8.8', '169.254.169.254'],
      'leads to a private address',
    ],
    ['nothing', [], 'ENODATA'],
  ])(
    'whose name, as its name server says, leads to %s, is treated so',
    async (_, known, expected) => {
      const nameServers = [await nameServer({}, ...known)]

      const resolved = resolve('crm.example.com', false, true, { nameServers })

      if (typeof expected === 'string') await expect(resolved).rejects.toThrow(expected)
      else expect(await resolved).toMatchObject(expected)
    },
  )

  test('whose name server says nothing of IPv6, is found by IPv4', async () => {
    const nameServers = [await nameServer({ isSilentOf: 'IPv6' }, '8.8.8.8')]

    const whileTried = AbortSignal.timeout(15_000)

    const resolved = await resolve('crm.example.com', false, true, {
      nameServers,
      signal: whileTried,
    })

    expect(resolved).toMatchObject([{ address: '8.8.8.8' }])
    expect(whileTried.aborted).toBe(false)
  })

  test('whose name server hangs, is given up, and stops no lookup of anybody else’s', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const nameServers = [`127.0.0.1:${silent.address().port}`]
    const giveUp = new AbortController()
    const asked = { signal: giveUp.signal, nameServers }
    // More than the process has threads for lookups.
    const waiting = Array.from({ length: 20 }, () =>
      resolve('crm.example.com', false, true, asked).catch((error: Error) => error),
    )
    await once(silent, 'message')

    const other = await lookup('localhost')
    giveUp.abort()

    expect(isLoopback(other.address)).toBe(true)
    for (const given of await Promise.all(waiting))
      expect(given).toMatchObject({ code: 'ECANCELLED' })
  })
})
