import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type BodyTime, watchBody } from '../../src/http/input/body-time.ts'
import { createHttpServer } from '../../src/server/http-server.ts'
import { nowhere } from '../support/memory-log.ts'
import { connectTo, head } from '../support/raw-http.ts'
import { serveUnproven } from '../support/unproven.ts'

const LENGTH = 400 * 1_024

/** Lets this time pass, and then what has come be looked at. */
async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms)
  await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for a state; `expect.poll` would let the time pass that a test holds. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

/** A body of which nothing has come yet, as it is watched; `send` ends once so much has been read. */
async function aBody(time: BodyTime) {
  let watched: { req: IncomingMessage; over: AbortSignal } | undefined
  const app = express().post('/', (req, res) => {
    watched = { req, over: watchBody(req, res, time) }
    req.resume()
  })
  const server = createHttpServer({ keepAliveTimeout: 0 }, nowhere).on('request', app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { socket } = await connectTo((server.address() as AddressInfo).port)
  const begin = head('POST /', `Content-Length: ${LENGTH}`)
  socket.write(begin)
  await until(() => watched !== undefined)
  let sent = begin.length
  return {
    async send(bytes: number) {
      socket.write('x'.repeat(bytes))
      sent += bytes
      await until(() => watched?.req.socket.bytesRead === sent)
    },
    why: () => watched?.over.reason as { code: string; message: string } | undefined,
  }
}

describe('a body that does not end', () => {
  afterEach(() => void vi.useRealTimers())

  test('of a sender who has proven nothing, is ended after ten seconds', async () => {
    vi.useFakeTimers({
      toNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date', 'performance'],
    })
    const served = await serveUnproven()
    onTestFinished(() => served.stop())
    const { sending, answer } = served.begin({ headers: { 'content-length': 10 } })
    sending.write('true')
    await until(() => served.counts.read === 4)
    await pass(9_999)
    const before = served.counts.guarded
    await pass(1)

    expect(before).toBe(0)
    expect(await answer).toMatchObject({
      status: 408,
      text: expect.stringContaining('"detail":"The body did not arrive within 10 s"'),
    })
    expect((await answer).text).toContain('"code":"body_too_slow"')
  })
})

describe('a body that takes room from others', () => {
  afterEach(() => void vi.useRealTimers())
  const fakeInterval = () => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })

  test('and comes at the pace, is read for as long as it takes', async () => {
    fakeInterval()
    const { send, why } = await aBody({ holdsRoom: () => true })
    for (let times = 0; times < 10; times += 1) {
      await send(20 * 1_024)
      await pass(5_000)
    }

    expect(why()).toBeUndefined()
  })

  test('and comes a little slower, is ended', async () => {
    fakeInterval()
    const { send, why } = await aBody({ holdsRoom: () => true })
    await pass(5_000)
    await send(20 * 1_024 - 1)
    const before = why()
    await pass(5_000)

    expect(before).toBeUndefined()
    expect(why()).toMatchObject({
      code: 'body_too_slow',
      message: expect.stringContaining('20 kB or all that is left have to come every 5 s'),
    })
  })

  test('only since a moment ago, has the time from then on', async () => {
    fakeInterval()
    let isHeld = false
    const { send, why } = await aBody({ holdsRoom: () => isHeld })
    await pass(50_000)
    isHeld = true
    await pass(5_000)
    const before = why()
    await send(1)
    await pass(5_000)

    expect(before).toBeUndefined()
    expect(why()?.code).toBe('body_too_slow')
  })
})
