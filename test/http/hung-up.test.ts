import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { createBodyParsers } from '../../src/http/body.ts'
import type { Principal } from '../../src/http/principal.ts'
import { createHttpServer } from '../../src/server/http-server.ts'
import { nowhere } from '../support/memory-log.ts'
import { CHUNKED, connectTo, head } from '../support/raw-http.ts'

const BODY = '{"name":"x"}'
const inChunks = (...parts: string[]) =>
  parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')

describe('a body whose sender hung up while it was found out who that is', () => {
  let server: Server
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  /** What is found out of a body that is only asked for once its sender has hung up. */
  async function outcomeOf(message: string, parsers: RequestHandler[]) {
    const asked = Promise.withResolvers<void>()
    const outcome = Promise.withResolvers<unknown>()
    const app = express()
    app.use(async (req, res, next) => {
      res.locals.principal = { kind: 'admin', name: 'anybody' } satisfies Principal
      asked.resolve()
      if (!req.closed) await new Promise((resolve) => req.once('close', resolve))
      next()
    })
    app.use(...parsers, ((req) => outcome.resolve(req.body)) as RequestHandler)
    app.use(((thrown, _req, _res, _next) => outcome.resolve(thrown)) as ErrorRequestHandler)
    server = createHttpServer({ keepAliveTimeout: 0 }, nowhere).on('request', app)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { socket } = await connectTo((server.address() as AddressInfo).port)
    socket.write(message)
    await asked.promise
    socket.destroy()
    return outcome.promise
  }

  const { json, lenientJson } = createBodyParsers(() => false)
  const type = 'Content-Type: application/json'
  const whole = head('POST /', type, `Content-Length: ${BODY.length}`) + BODY
  const partly = head('POST /', type, 'Content-Length: 100') + BODY
  const chunked = head('POST /', type, CHUNKED) + inChunks(BODY)
  const packed = head('POST /', type, CHUNKED, 'Content-Encoding: gzip') + inChunks('x')

  test.each([
    ['is all here', whole],
    ['is partly here', partly],
    ['is here in chunks', chunked],
    ['is packed', packed],
  ])('that %s, ended too early, and nobody waits for more of it', async (_what, message) => {
    expect(await outcomeOf(message, json)).toMatchObject({ code: 'validation_failed' })
  })

  test.each([
    ['is all here', whole],
    ['is partly here', partly],
  ])('that %s, and may be broken, is read as none', async (_what, message) => {
    expect(await outcomeOf(message, lenientJson)).toEqual({})
  })
})
