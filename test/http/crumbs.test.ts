import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hangUpOnCrumbs } from '../../src/http/input/crumbs.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a body in parts', () => {
  let server: Server
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  /** Sends so many parts of so many bytes to a server that answers at the end of the body, or never. */
  async function send(count: number, bytes: number, isRead: boolean) {
    const came: IncomingMessage[] = []
    server = createServer((req, res) => {
      came.push(req)
      if (isRead) req.resume().once('end', () => res.end('read'))
    })
    hangUpOnCrumbs(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const sending = request({ port, host: '127.0.0.1', method: 'POST' })
    const outcome = new Promise<string>((resolve) => {
      sending.on('response', () => resolve('answered')).on('error', () => resolve('hung up'))
    })
    const part = Buffer.alloc(bytes, 'x')
    for (let index = 0; index < count && !sending.destroyed; index += 1) {
      sending.write(part)
      if (index % 100 === 0) await setImmediate()
    }
    sending.end()
    return { outcome: await outcome, unread: came[0]?.readableLength }
  }

  test.each([
    ['few', 1_000, 1],
    ['small', 3_000, 64],
    ['large', 100, 16_000],
  ])('that are %s (%i of %i bytes), is read', async (_how, count, bytes) => {
    expect(await send(count, bytes, true)).toMatchObject({ outcome: 'answered' })
  })

  test.each([
    ['that is read', true],
    ['that nobody reads', false],
  ])('of one byte each, %s, is hung up on, and no more of it is kept', async (_how, isRead) => {
    const { outcome, unread } = await send(20_000, 1, isRead)

    expect(outcome).toBe('hung up')
    expect(unread).toBeLessThanOrEqual(1_000)
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
        if (/HTTP\/1.1 [2-5]/.test(came)) socket.destroy()
      })
    })
    for (const part of parts) socket.write(part)
    await ended
    return came
  }
  const head = (...lines: string[]) =>
    ['POST /api/auth/organizations HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n')

  test('with a body in crumbs, hangs up without an answer', async () => {
    const crumbs = Array.from({ length: 5_000 }, () => '1\r\nx\r\n')

    const lines = [
      `Authorization: Bearer ${ADMIN}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ]

    expect(await ask(head(...lines), ...crumbs)).toBe('')
  })

  test('whether a body may be sent that nobody would read, refuses it instead', async () => {
    const came = await ask(head('Expect: 100-continue', 'Content-Length: 100'))

    expect(came).toMatch(/^HTTP\/1.1 401/)
  })
})
