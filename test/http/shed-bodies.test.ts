import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Request, Response } from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { createHttpServer } from '../../src/server/http-server.ts'
import { createOverloadGate } from '../../src/webhooks/overload/gate.ts'
import { nowhere } from '../support/memory-log.ts'
import { CHUNKED, connectTo, head, statusesOf } from '../support/raw-http.ts'
import { crumbs } from '../support/unproven.ts'

const PATH = '/text'
const MANY = 32

/** What is read at most of what nobody wants: what is thrown away, and what was on its way by then. */
const MOST_READ = 1_500_000

describe('a body that comes while its kind is answered without work', () => {
  let server: Server
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  /** A server whose gate is closed, and holds its answers until `laters` are called. */
  async function start() {
    const clock = { ms: 0 }
    const laters: (() => void)[] = []
    const connections: Socket[] = []
    const shed = { paths: [PATH], afterMs: 100, status: 503, headers: {}, heldMs: 1_000 }
    const gate = createOverloadGate(
      [{ ...shed, body: () => 'busy' }],
      { warn: () => {} },
      () => clock.ms,
      (answer) => laters.push(answer),
    )
    for (let index = 0; index < MANY; index += 1) {
      const res = { once: () => {} } as unknown as Response
      gate.proven({ originalUrl: PATH } as Request, res, () => {})
    }
    clock.ms = 101
    server = createHttpServer({ keepAliveTimeout: 0 }, nowhere)
    server.on(
      'request',
      gate.before((_req, res) => void res.end('worked at')),
    )
    server.on('connection', (socket) => connections.push(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { socket, came } = await connectTo((server.address() as AddressInfo).port)
    return { socket, came, laters, connections }
  }

  test.each([
    ['in chunks', CHUNKED, Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`)],
    ['in crumbs', CHUNKED, crumbs(1_000)],
    ['longer than short', `Content-Length: ${10 ** 12}`, Buffer.alloc(65_536)],
  ])('%s, is not read while anything is held back', async (_how, header, part) => {
    const { socket, came, connections } = await start()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(head(`POST ${PATH}`, header))
    const more = () => {
      while (!socket.destroyed && socket.write(part));
    }
    socket.on('drain', more)
    more()
    await closed

    expect(statusesOf(came.text)).toEqual(['503'])
    expect(came.text).toContain('Connection: close')
    expect(connections[0]?.bytesRead).toBeLessThan(MOST_READ)
  })

  test('that is short, is answered when its time is over, and its connection goes on', async () => {
    const { socket, came, laters } = await start()
    const text = head(`POST ${PATH}`, 'Content-Length: 5')
    socket.write(`${text}Body=`)
    await expect.poll(() => laters.length).toBe(1)
    const before = came.text
    laters[0]?.()
    await expect.poll(() => statusesOf(came.text)).toEqual(['503'])
    socket.write(`${text}Body=`)
    await expect.poll(() => laters.length).toBe(2)
    laters[1]?.()

    await expect.poll(() => statusesOf(came.text)).toEqual(['503', '503'])
    expect(before).toBe('')
    expect(came.text).not.toContain('Connection: close')
  })
})
