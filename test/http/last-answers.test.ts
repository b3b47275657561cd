import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClosing } from '../../src/http/closing.ts'
import { unansweredOf } from '../../src/http/limits/unanswered.ts'
import { createHttpServer } from '../../src/server/http-server.ts'
import { nowhere } from '../support/memory-log.ts'
import { CHUNKED, connectTo, head, statusesOf } from '../support/raw-http.ts'

describe('what comes behind an answer that ends its connection', () => {
  let server: Server
  let closing: ReturnType<typeof createClosing>
  let asked: string[]
  let held: ServerResponse[]
  beforeEach(async () => {
    asked = []
    held = []
    server = createHttpServer({ keepAliveTimeout: 0 }, nowhere).on('request', (req, res) => {
      asked.push(String(req.url))
      if (req.url?.startsWith('/held')) held.push(res)
      else res.end('answered')
    })
    closing = createClosing(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const start = () => connectTo((server.address() as AddressInfo).port)

  test.each([
    ['a question', ''],
    ['a question whether to send', 'Expect: 100-continue'],
    ['a question that expects what nobody knows', 'Expect: nothing-known'],
  ])(
    'of a body that nobody reads, in one segment with its end, %s, is not worked at',
    async (_what, expecting) => {
      const { socket, came } = await start()
      const ended = once(socket, 'end')
      const behind = head('POST /behind', 'Content-Length: 1', ...(expecting ? [expecting] : []))
      socket.write(`${head('POST /first', CHUNKED)}1\r\nx\r\n0\r\n\r\n${behind}x`)
      await ended

      expect(came.text).toContain('Connection: close')
      expect(asked).toEqual(['/first'])
    },
  )

  test('of a server that stops, is not worked at where the answer is still to come', async () => {
    closing.begin()
    const { socket, came } = await start()
    const ended = once(socket, 'end')
    socket.write(head('GET /held') + head('GET /behind'))
    await expect.poll(() => held.length).toBe(1)
    for (const response of held) response.end('answered')
    await ended

    expect(statusesOf(came.text)).toEqual(['200'])
    expect(asked).toEqual(['/held'])
  })

  test('of a server that stops, is answered where it was under way before', async () => {
    const { socket, came } = await start()
    const ended = once(socket, 'end')
    socket.write(head('GET /held/first') + head('GET /held/second'))
    await expect.poll(() => held.length).toBe(2)
    closing.begin()
    for (const response of held) response.end('answered')
    await ended

    expect(statusesOf(came.text)).toEqual(['200', '200'])
  })

  test('of a connection that ended before it was answered, counts no more as unanswered', async () => {
    const { socket } = await start()
    socket.write(head('GET /held/first') + head('GET /held/second') + head('GET /held/third'))
    await expect.poll(() => held.length).toBe(3)
    const last = unansweredOf(server).lastOfEach()
    socket.destroy()

    expect(last).toEqual([held[2]])
    await expect.poll(() => unansweredOf(server).lastOfEach()).toEqual([])
  })
})
