import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import express, { type Request } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttpServer } from '../../src/server/http-server.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { nowhere } from '../support/memory-log.ts'
import { answerIn, CHUNKED as chunked, connectTo, head, statusesOf } from '../support/raw-http.ts'
import { ADMIN } from '../support/requests.ts'
import { INITIATION_PATH } from '../support/signed.ts'
import { crumbs } from '../support/unproven.ts'
import { startWorld, type World } from '../support/world.ts'

/** What runs through, so that a connection can be used again. */
const SHORT = 64 * 1_024

/** What is read at most of what nobody wants: what is thrown away, and what was on its way by then. */
const MOST_READ = 1_500_000

/** Sends this again and again, as fast as it is taken, until the connection has ended. */
async function flood(socket: Socket, part: Buffer) {
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const more = () => {
    while (!socket.destroyed && socket.write(part));
  }
  socket.on('drain', more)
  more()
  await closed
}

/** A server whose only route reads no body; `before`: what it does before it answers. */
async function serve(before?: (req: Request, asked: string[]) => Promise<unknown>) {
  const asked: string[] = []
  const connections: Socket[] = []
  const app = express()
  app.use(async (req, res) => {
    asked.push(req.url)
    await before?.(req, asked)
    res.status(404).send('nothing here')
  })
  const server = createHttpServer({ keepAliveTimeout: 0 }, nowhere).on('request', app)
  server.on('connection', (socket) => connections.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  const { port } = server.address() as AddressInfo
  return { asked, connections, port, connect: () => connectTo(port) }
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

// Concurrently where the connection ends: the server waits a second for whoever goes on sending.
describe('an answer to a body that nobody has read', () => {
  test.concurrent.for([
    ['in chunks', chunked, Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x')],
    ['in crumbs', chunked, Buffer.from('1\r\nx\r\n'), crumbs(10_000)],
    [
      'in crumbs, that expects what nobody knows',
      `${chunked}\r\nExpect: nothing-known`,
      Buffer.from('1\r\nx\r\n'),
      crumbs(10_000),
    ],
    ['longer than short', `Content-Length: ${10 ** 12}`, Buffer.from('x'), Buffer.alloc(65_536)],
  ] as const)(
    '%s, says that the connection ends, and ends it, however much comes',
    async ([_how, header, first, more], { expect }) => {
      const { asked, connections, connect } = await serve()
      const { socket, came } = await connect()
      socket.write(Buffer.concat([Buffer.from(head('POST /', header)), first]))
      await expect.poll(() => came.text).toContain('nothing here')

      const [connection] = connections
      await flood(socket, more)

      expect(came.text).toContain('Connection: close')
      expect(statusesOf(came.text)).toEqual(['404'])
      expect(asked).toEqual(['/'])
      expect(connection?.bytesRead).toBeLessThan(MOST_READ)
    },
  )

  test.each([
    ['short', 300],
    ['as long as short may be', SHORT],
  ])('%s, keeps the connection for others', async (_how, length) => {
    const { socket, came } = await (await serve()).connect()
    socket.write(head('POST /', `Content-Length: ${length}`))
    await expect.poll(() => came.text).toContain('nothing here')

    socket.write('x'.repeat(length) + head('GET /next'))

    await expect.poll(() => statusesOf(came.text)).toEqual(['404', '404'])
    expect(came.text).not.toContain('Connection: close')
  })

  test.each([
    ['over HTTP/1.0', (message: string) => message.replace('HTTP/1.1', 'HTTP/1.0')],
    ['with Connection: close', (message: string) => message],
  ])(
    'short, to a sender who ends the connection, %s, breaks nothing that is still sent',
    async (how, asSent) => {
      const { socket, came } = await (await serve()).connect()
      const failures: unknown[] = []
      socket.on('error', (error) => failures.push(error))
      const ended = once(socket, 'end')
      const part = 'x'.repeat(10_000)
      const closing = how.includes('close') ? ['Connection: close'] : []
      socket.write(asSent(head('POST /', `Content-Length: ${4 * part.length}`, ...closing)) + part)
      await ended
      for (const rest of [part, part, part])
        await new Promise((resolve) => socket.write(rest, resolve))
      socket.end()
      await once(socket, 'close')

      expect(came.text).toContain('nothing here')
      expect(failures).toEqual([])
    },
  )

  test('in chunks, that are all here before it is answered, keeps the connection for others', async () => {
    const { connect } = await serve((_req, asked) =>
      expect.poll(() => asked).toEqual(['/', '/next']),
    )
    const { socket, came } = await connect()
    socket.write(`${head('POST /', chunked)}1\r\nx\r\n0\r\n\r\n${head('GET /next')}`)

    await expect.poll(() => statusesOf(came.text)).toEqual(['404', '404'])
    expect(came.text).not.toContain('Connection: close')
  })

  test('long, is read by its sender, who sends half a megabyte before it reads', async () => {
    const { asked, connect } = await serve()
    const { socket, came } = await connect()
    socket.pause()
    const body = 'x'.repeat(500_000)
    socket.write(head('POST /', `Content-Length: ${body.length}`) + body)
    await expect.poll(() => socket.writableLength).toBe(0)
    await expect.poll(() => asked).toEqual(['/'])
    socket.resume()

    await expect.poll(() => came.text).toContain('nothing here')
  })

  test.each([
    ['at once', false],
    ['once more has come than may wait', true],
  ])('long, given %s, is read by fetch, which has sent it whole', async (_when, waits) => {
    const { port } = await serve(async (req) => {
      if (waits) await expect.poll(() => req.readableLength).toBeGreaterThanOrEqual(SHORT)
    })
    const body = 'x'.repeat(900_000)

    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })

    expect(await answer.text()).toBe('nothing here')
  })
})

describe('the product, asked with an endless body', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { RATE_LIMIT_PER_MINUTE: '20' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const bearer = `Authorization: Bearer ${ADMIN}`
  const organizations = '/api/auth/organizations'
  const endless = `Content-Length: ${10 ** 12}`
  const asking = (...headers: string[]) => head(`POST ${organizations}`, ...headers)

  test.concurrent.for([
    [404, 'what is not there', head('POST /nowhere', chunked)],
    [405, 'another method', head(`PUT ${organizations}`, chunked)],
    [401, 'a caller who says nothing of who it is', asking(chunked)],
    [415, 'a packing nobody reads', asking(chunked, bearer, 'Content-Encoding: br')],
    [413, 'too long a body in chunks', asking(chunked, bearer)],
    [413, 'a body that is said to be too long', asking(endless, bearer)],
    [400, 'what is not packed as it says', asking(chunked, bearer, 'Content-Encoding: gzip')],
    [401, 'a body that expects what nobody knows', asking(chunked, 'Expect: nothing-known')],
    [403, 'a text nobody signed', head('POST /api/webhooks/twilio/sms', chunked)],
    [403, 'a question without the secret', head(`POST ${INITIATION_PATH}`, chunked)],
    [400, 'whoever names no host', asking(chunked).replace('Host: x\r\n', '')],
  ] as const)(
    'answers %i to %s, and ends the connection',
    async ([status, _whom, message], { expect }) => {
      const { socket, came } = await connectTo(Number(new URL(world.origin).port))
      socket.write(message)

      await flood(socket, Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`))

      expect(statusesOf(came.text)).toEqual([String(status)])
      answerIn(came.text, 'POST', (/^POST (\S+)/.exec(message) ?? [])[1] ?? '')
      expect(came.text).toMatch(/Connection: close/i)
    },
  )

  test('answers 401 to a short one, and keeps the connection', async () => {
    const { socket, came } = await connectTo(Number(new URL(world.origin).port))
    const body = JSON.stringify({ name: 'x'.repeat(300) })
    const message =
      asking(`Content-Length: ${body.length}`, 'Content-Type: application/json') + body
    socket.write(message)
    await expect.poll(() => statusesOf(came.text)).toEqual(['401'])
    socket.write(message)

    await expect.poll(() => statusesOf(came.text)).toEqual(['401', '401'])
    expect(came.text).not.toMatch(/Connection: close/i)
  })

  test('answers 429 to an address over its budget, and ends the connection', async () => {
    const { port } = new URL(world.origin)
    await expect
      .poll(async () => (await fetch(`${world.origin}/nowhere`)).status, { interval: 1 })
      .toBe(429)
    const { socket, came } = await connectTo(Number(port))
    socket.write(head('POST /nowhere', chunked))

    await flood(socket, crumbs(10_000))

    expect(statusesOf(came.text)).toEqual(['429'])
    answerIn(came.text, 'POST', '/nowhere')
    expect(came.text).toContain('Connection: close')
  })
})
