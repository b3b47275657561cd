import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttpServer } from '../../src/server/http-server.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { nowhere } from '../support/memory-log.ts'
import { answerIn, CHUNKED, connectTo, head, statusesOf } from '../support/raw-http.ts'
import { routesWhere } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

const LONG = 'x'.repeat(20_000)
const HOSTLESS = 'GET /livez HTTP/1.1\r\n\r\n'
/** From an address of its own, because the same refusal of one address is told once a second. */
const HOSTLESS_ELSEWHERE = 'GET /livez HTTP/1.1\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n'

describe('what cannot be read as a request', () => {
  let server: Server
  let held: ServerResponse[]
  beforeEach(async () => {
    held = []
    server = createHttpServer({ keepAliveTimeout: 0 }, nowhere).on('request', (req, res) => {
      req.resume()
      held.push(res)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  async function send(message: string) {
    const { socket, came } = await connectTo((server.address() as AddressInfo).port)
    const ended = once(socket, 'end')
    socket.write(message)
    return { socket, came, ended }
  }

  test.each([
    ['a long address', 431, 'headers_too_large', head(`GET /${LONG}`)],
    ['long headers', 431, 'headers_too_large', head('GET /', `X-Long: ${LONG}`)],
    ['a broken header', 400, 'request_unreadable', head('GET /', 'no colon')],
    ['what is no HTTP', 400, 'request_unreadable', 'hello\r\n\r\n'],
    ['two lengths', 400, 'request_unreadable', head('POST /', 'Content-Length: 1', CHUNKED)],
    ['a broken chunk', 400, 'request_unreadable', `${head('POST /', CHUNKED)}zz\r\n`],
  ])('%s, is a %i %s with a cure, and the end of its connection', async (_what, ...rest) => {
    const [status, code, message] = rest
    const { came, ended } = await send(message)
    await ended

    const [top = '', text = ''] = came.text.split('\r\n\r\n')
    const problem = JSON.parse(text)
    expect(statusesOf(top)).toEqual([String(status)])
    expect(top).toContain('Content-Type: application/problem+json')
    expect(top).toContain(`X-Request-Id: ${problem.requestId}`)
    expect(top).toContain('Connection: close')
    expect(problem).toMatchObject({ status, code, type: `urn:orgline:problem:${code}` })
    expect(problem.detail).toBe(problem.error)
  })

  test('that breaks off for too long, is a 408', async () => {
    const connected = once(server, 'connection')
    const { came, ended } = await send('GET / HT')
    const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    // As Node does it, whose clock is not waited for.
    server.emit('clientError', late, ...(await connected))
    await ended

    expect(statusesOf(came.text)).toEqual(['408'])
    expect(came.text).toContain('request_too_slow')
  })

  test('behind what is still to be answered, is answered with nothing', async () => {
    const { socket, came } = await send(head('GET /held'))
    await expect.poll(() => held.length).toBe(1)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('hello\r\n\r\n')
    await once(held[0] as ServerResponse, 'close')
    socket.end()
    await closed

    expect(came.text).toBe('')
  })

  test('whose sender goes on writing, is answered all the same', async () => {
    const { came, socket } = await send(`GET /${LONG}`)
    const failures: unknown[] = []
    socket.on('error', (error) => failures.push(error))
    await expect.poll(() => statusesOf(came.text)).toEqual(['431'])
    for (const part of [LONG, LONG]) await new Promise((resolve) => socket.write(part, resolve))
    socket.end()
    await once(socket, 'close')

    expect(failures).toEqual([])
  })
})

describe('the product, refusing what it cannot route', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { TRUST_PROXY_HOPS: '1' } })
  })
  afterAll(() => stopWithCleanLogs(world, ['Secret-Stranger']))

  test.each([
    ['too long', 431, 'headers_too_large', head(`GET /Secret-Stranger${LONG}`)],
    ['unreadable', 400, 'request_unreadable', head('GET /', 'Secret-Stranger')],
    ['of no host, for a probe', 400, 'request_unreadable', HOSTLESS_ELSEWHERE],
    ['of a method that a probe does not have', 405, 'method_not_allowed', head('PUT /livez')],
    [
      'of an expectation',
      404,
      'not_found',
      head('PUT /nothing', 'Expect: tea', 'Content-Length: 1'),
    ],
  ])('asked what is %s, logs the refusal by the id that it answers', async (_what, ...rest) => {
    const [statusCode, problem, message] = rest
    const { socket, came } = await connectTo(Number(new URL(world.origin).port))
    socket.write(message)
    await expect.poll(() => statusesOf(came.text)).toEqual([String(statusCode)])
    const [, id] = /x-request-id: (\S+)/i.exec(came.text) ?? []

    const line = () => world.logs.map((text) => JSON.parse(text)).find(({ req }) => req?.id === id)
    await expect.poll(line).toMatchObject({ level: 40, problem, res: { statusCode } })
  })
})

describe('the product', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  async function ask(message: string): Promise<string> {
    const { socket, came } = await connectTo(Number(new URL(world.origin).port))
    socket.write(message)
    await expect.poll(() => came.text, { interval: 1 }).toMatch(/\}$/)
    return came.text
  }

  test.each([
    ['HTTP/1.1 has to', HOSTLESS, 400],
    ['HTTP/1.0 need not', HOSTLESS.replace('1.1', '1.0'), 200],
  ])('named no host, as %s, answers as it should', async (_who, message, status) => {
    const text = await ask(message)

    expect(statusesOf(text)).toEqual([String(status)])
    expect(/"code":"request_unreadable"/.test(text)).toBe(status === 400)
  })

  test.each(routesWhere(() => true))(
    '%s, asked what cannot be read as a request, answers as its document says',
    async (name, route) => {
      const path = route.path.replace(/:\w+/g, 'x')
      const line = `${name.split(' ')[0]} ${path}`
      const hostless = head(line).replace('Host: x\r\n', '')
      const messages = [hostless, head(line, `X-Long: ${LONG}`), head(line, 'no colon')]

      const answers = []
      for (const message of messages)
        answers.push(answerIn(await ask(message), route.method, path).body.code)
      expect(answers).toEqual(['request_unreadable', 'headers_too_large', 'request_unreadable'])
    },
  )
})
