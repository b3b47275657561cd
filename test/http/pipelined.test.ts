import { once } from 'node:events'
import { IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MOST_UNANSWERED } from '../../src/http/limits/most-unanswered.ts'
import { createHttpServer } from '../../src/server/http-server.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { nowhere } from '../support/memory-log.ts'
import { connectTo, head, statusesOf } from '../support/raw-http.ts'
import { startWorld, type World } from '../support/world.ts'

const PRE_CALL = '/api/webhooks/elevenlabs/conversation-initiation'
const TEXT = '/api/webhooks/twilio/sms'

/** As many as Node reads, and would work at, without a turn of the event loop in between. */
const SEGMENT = 64 * 1_024

const fill = (question: string) => question.repeat(Math.ceil(SEGMENT / question.length))

describe('a connection that sends requests without waiting for the answers', () => {
  let server: Server
  let parsed: number
  let asked: string[]
  let held: ServerResponse[]
  beforeEach(async () => {
    parsed = 0
    asked = []
    held = []
    class Counted extends IncomingMessage {
      constructor(...given: ConstructorParameters<typeof IncomingMessage>) {
        super(...given)
        parsed += 1
      }
    }
    const options = { keepAliveTimeout: 0, IncomingMessage: Counted }
    server = createHttpServer(options, nowhere).on('request', (req, res) => {
      asked.push(String(req.url))
      if (req.url?.startsWith('/held')) held.push(res)
      else res.end(`answered ${req.url}`)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const start = () => connectTo((server.address() as AddressInfo).port)
  const paths = (most: number, path = '') => Array.from({ length: most }, (_, n) => `${path}/${n}`)
  const questions = (all: string[]) => all.map((path) => head(`GET ${path}`)).join('')
  const answersIn = (text: string) => text.match(/(?<=answered )\S+?(?=HTTP|$)/g)
  test.each([
    ['answered at once', ''],
    ['answered later', '/held'],
  ])(
    'of a whole segment, %s, has a few of them worked at and the rest not even parsed',
    async (_when, path) => {
      const { socket, came } = await start()
      const ended = once(socket, 'end')
      const few = paths(MOST_UNANSWERED, path)
      socket.write(questions(few) + fill(head('GET /beyond')))
      await expect.poll(() => asked.length).toBe(MOST_UNANSWERED)
      // Whatever else comes over it meanwhile.
      await new Promise((resolve) => socket.write(fill(head('GET /beyond')), resolve))
      for (const response of held.reverse()) response.end(`answered ${response.req.url}`)
      await ended

      expect(asked).toEqual(few)
      expect(parsed).toBe(MOST_UNANSWERED + 1)
      expect(answersIn(came.text)).toEqual(few)
      expect(came.text.match(/^Connection: \S+/gm)).toEqual([
        ...Array(MOST_UNANSWERED - 1).fill('Connection: keep-alive'),
        'Connection: close',
      ])
    },
  )

  test('a few at a time, is answered in order, and stays open', async () => {
    const { socket, came } = await start()
    const times = 3
    const few = paths(MOST_UNANSWERED - 1)
    for (let time = 1; time <= times; time += 1) {
      socket.write(questions(few))
      await expect.poll(() => answersIn(came.text)).toHaveLength(few.length * time)
    }

    expect(answersIn(came.text)).toEqual(Array(times).fill(few).flat())
    expect(came.text).not.toContain('Connection: close')
  })

  test('the last of which wants another protocol, has the answers to those before it', async () => {
    const { socket, came } = await start()
    const ended = once(socket, 'end')
    const few = paths(MOST_UNANSWERED, '/held')

    socket.write(questions(few) + head('GET /beyond', 'Connection: upgrade', 'Upgrade: h2c'))
    await expect.poll(() => held.length).toBe(MOST_UNANSWERED)
    for (const response of held) response.end(`answered ${response.req.url}`)
    await ended

    expect(answersIn(came.text)).toEqual(few)
  })

  test('one by one, has no more worked at than at once', async () => {
    const { socket, came } = await start()
    const ended = once(socket, 'end')
    const few = paths(MOST_UNANSWERED, '/held')
    for (const [index, path] of few.entries()) {
      socket.write(head(`GET ${path}`))
      await expect.poll(() => held).toHaveLength(index + 1)
    }
    await new Promise((resolve) => socket.write(head('GET /beyond'), resolve))
    for (const response of held) response.end(`answered ${response.req.url}`)
    await ended

    expect(asked).toEqual(few)
    expect(answersIn(came.text)).toEqual(few)
  })

  test('that goes on writing when it is ended, comes to read all answers', async () => {
    const { socket, came } = await start()
    const failures: unknown[] = []
    socket.on('error', (error) => failures.push(error))
    const few = paths(MOST_UNANSWERED)
    socket.write(questions(few))
    await once(socket, 'end')
    for (let time = 0; time < 2; time += 1) {
      await new Promise((resolve) => socket.write(fill(head('GET /beyond')), resolve))
    }
    socket.end()
    await once(socket, 'close')

    expect(failures).toEqual([])
    expect(answersIn(came.text)).toEqual(few)
  })

  test('with bodies, has the body of the last that is worked at read whole', async () => {
    const bodies: string[] = []
    server.prependListener('request', (req) => {
      const at = bodies.push('') - 1
      req.setEncoding('latin1').on('data', (text) => {
        bodies[at] += text
      })
    })
    const { socket, came } = await start()
    const ended = once(socket, 'end')
    const post = (path: string) => `${head(`POST ${path}`, 'Content-Length: 10')}0123456789`
    const few = paths(MOST_UNANSWERED, '/held')
    // The last body comes later than all else.
    socket.write(few.map(post).join('').slice(0, -5))
    await expect.poll(() => held).toHaveLength(few.length)
    socket.write(`56789${fill(post('/beyond'))}`)
    await expect.poll(() => bodies.at(-1)).toHaveLength(10)
    for (const response of held) response.end(`answered ${response.req.url}`)
    await ended

    expect(bodies).toEqual(few.map(() => '0123456789'))
    expect(answersIn(came.text)).toEqual(few)
  })
})

describe('the product, asked by a connection that does not wait for the answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each([
    ['for what is not there', 404, head('GET /nothing')],
    ['whether it lives', 200, head('GET /livez')],
    ['by whoever names no host', 400, 'GET /livez HTTP/1.1\r\n\r\n'],
    ['with a token of nobody', 401, head('GET /api/me', 'Authorization: Bearer a.b.c')],
    ['before a call, without the secret', 403, head(`POST ${PRE_CALL}`, 'Content-Length: 0')],
    ['to take a text that nobody signed', 403, head(`POST ${TEXT}`, 'Content-Length: 0')],
  ])('%s, answers %i a few times, and ends the connection', async (_what, status, question) => {
    const { socket, came } = await connectTo(Number(new URL(world.origin).port))
    const ended = once(socket, 'end')
    socket.write(fill(question))
    await ended

    expect(statusesOf(came.text)).toEqual(Array(MOST_UNANSWERED).fill(String(status)))
    expect(came.text.match(/^Connection: close/gm)).toHaveLength(1)
  })
})
