import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hangUpOnCrumbs } from '../../src/http/input/crumbs.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { answerIn } from '../support/raw-http.ts'
import { ADMIN } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CRUMB = 64
const MOST_CRUMBS = 5_000

describe('a body in parts', () => {
  let server: Server
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  /** Sends these parts to a server that answers at the end of the body, or never. */
  async function send(parts: string[], isRead: boolean) {
    const came: IncomingMessage[] = []
    const read: string[] = []
    server = createServer({ keepAliveTimeout: 0 }, (req, res) => {
      came.push(req)
      if (isRead)
        req.on('data', (part) => read.push(String(part))).once('end', () => res.end('read'))
    })
    hangUpOnCrumbs(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const sending = request({ port, host: '127.0.0.1', method: 'POST' })
    const outcome = new Promise<string>((resolve) => {
      sending.on('response', () => resolve('answered')).on('error', () => resolve('hung up'))
    })
    for (const [index, part] of parts.entries()) {
      if (sending.destroyed) break
      sending.write(part)
      if (index % 100 === 0) await setImmediate()
    }
    sending.end()
    return { outcome: await outcome, unread: came[0]?.readableLength, read }
  }
  const partsOf = (count: number, bytes: number) =>
    Array.from({ length: count }, (_, index) => String(index % 10).repeat(bytes))
  /** As encoders write it that do so while they go: a part for each value, name and mark. */
  const encoded = (count: number) =>
    JSON.stringify(
      Array.from({ length: count }, (_, id) => ({ phoneNumber: '+16045550100', id })),
    ).match(/"[^"]*"|\d+|\D/g) ?? []

  const mixed = (count: number) =>
    Array.from({ length: count }, () => ['x'.repeat(CRUMB), 'y']).flat()

  test.each([
    ['as many crumbs as may be', partsOf(MOST_CRUMBS, 1)],
    // Some of the larger ones come in two, which may be crumbs.
    ['nearly as many crumbs as may be, among larger ones', mixed(MOST_CRUMBS - 500)],
    ['no crumbs, and more than crumbs may be', partsOf(MOST_CRUMBS + 1, CRUMB)],
    ['large', partsOf(100, 16_000)],
    ['a thousand, as an encoder writes that goes from value to value', encoded(100)],
    ['some thousands, as an encoder writes that goes from value to value', encoded(400)],
  ])('that are %s, is read whole', async (_how, parts) => {
    const { outcome, read } = await send(parts, true)

    expect(outcome).toBe('answered')
    expect(read.join('')).toBe(parts.join(''))
  })

  test.each<[string, string[], boolean]>([
    ['one crumb more than may be, that are read', partsOf(MOST_CRUMBS + 1, 1), true],
    ['one crumb more than may be, that nobody reads', partsOf(MOST_CRUMBS + 1, 1), false],
    ['larger crumbs', partsOf(MOST_CRUMBS + 1, CRUMB - 1), true],
    ['crumbs among larger ones', mixed(MOST_CRUMBS + 1), true],
    ['crumbs behind a large one', ['x'.repeat(1_000_000), ...partsOf(MOST_CRUMBS + 1, 1)], true],
  ])('that are %s, is hung up on, and no more of it is kept', async (_how, parts, isRead) => {
    const { outcome, unread, read } = await send(parts, isRead)

    const crumbs = read.filter(({ length }) => length < CRUMB)
    expect(outcome).toBe('hung up')
    expect(crumbs.length).toBeLessThanOrEqual(MOST_CRUMBS)
    expect(unread).toBeLessThanOrEqual(MOST_CRUMBS)
  })
})

describe('the product, asked', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** What comes back for raw bytes, until the server ends the connection or has answered. */
  async function ask(...parts: string[]): Promise<string> {
    const { hostname, port } = new URL(world.origin)
    const socket = connect(Number(port), hostname)
    let came = ''
    const ended = new Promise<void>((resolve) => {
      socket.on('error', () => {}).on('close', () => resolve())
      socket.on('data', (data) => {
        came += data
        if (/HTTP\/1.1 [2-5].*\}$/s.test(came)) socket.destroy()
      })
    })
    for (const part of parts) socket.write(part)
    await ended
    return came
  }
  const head = (...lines: string[]) =>
    ['POST /api/auth/organizations HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n')

  test('with a body in crumbs, hangs up without an answer', async () => {
    const crumbs = Array.from({ length: MOST_CRUMBS + 1 }, () => '1\r\nx\r\n')

    const lines = [
      `Authorization: Bearer ${ADMIN}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ]

    expect(await ask(head(...lines), ...crumbs)).toBe('')
  })

  test('whether a body may be sent that nobody would read, refuses it instead', async () => {
    const came = await ask(head('Expect: 100-continue', 'Content-Length: 100'))

    expect(answerIn(came, 'POST', '/api/auth/organizations').status).toBe(401)
  })
})
