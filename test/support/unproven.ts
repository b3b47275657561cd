import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import express, { type Request, type Response } from 'express'
import { createRateLimits } from '../../src/http/limits/rate-limit.ts'
import { createRefusalLog } from '../../src/http/log/refusal-log.ts'
import { answerProblem } from '../../src/http/problem.ts'
import { requestContext } from '../../src/http/request-context.ts'
import { createHttpServer } from '../../src/server/http-server.ts'
import { createPlaces, SMALL_BODY } from '../../src/webhooks/bodies/places.ts'
import { requireProof } from '../../src/webhooks/bodies/require-proof.ts'
import { createTurns, type TakeTurn } from '../../src/webhooks/bodies/turns.ts'
import { memoryLog } from './memory-log.ts'

/** Of a body, unpacked. */
export const LIMIT = 1_000_000

/** The least that needs a place. */
export const LARGE = SMALL_BODY + 1

/** A body that begins with this is one of a true sender. */
const TRUE = 'true'

export interface Sent {
  from?: string
  /** What stands before the body; `none` can prove nothing. */
  proof?: 'some' | 'none'
  headers?: Record<string, string | number>
}

interface Options {
  places?: ReturnType<typeof createPlaces>
  takeTurn?: TakeTurn
  /** How many unproven ones an address has. */
  budget?: number
  bodyMs?: number
  /** Where the server itself ends the connection, once the whole body is here; as its sender may. */
  cutAt?: 'asked' | 'taken' | 'read' | 'proven'
  /** What the route does with a proven one. */
  work?: (req: Request, res: Response) => void
}

export type Served = Awaited<ReturnType<typeof serveUnproven>>

/** A server that does nothing but ask for a proof, over a real connection. */
export async function serveUnproven({
  places = createPlaces(),
  takeTurn = createTurns(),
  budget = 3,
  cutAt,
  work = (_req, res) => void res.send('ok'),
  ...times
}: Options = {}) {
  const app = express()
  const counts = { read: 0, examined: 0, asked: 0, guarded: 0, closed: 0 }
  const wasAsked = new WeakSet<Request>()
  const requests: WeakRef<Request>[] = []
  const { forgeries } = createRateLimits(budget, () => false)
  const cut = (req: Request, where: Options['cutAt']) => {
    if (where === cutAt) req.socket.destroy()
  }
  const guard = requireProof(
    {
      limit: LIMIT,
      detail: 'no',
      begin: (req) =>
        req.get('x-proof') === 'some'
          ? {
              take: (chunk) => {
                counts.read += chunk.length
                cut(req, 'taken')
                return true
              },
              proves(body) {
                counts.examined += 1
                return body.subarray(0, TRUE.length).toString() === TRUE
              },
            }
          : undefined,
    },
    {
      forgeries: {
        ...forgeries,
        async isSpent(req) {
          if (wasAsked.has(req)) {
            cut(req, 'read')
            return forgeries.isSpent(req)
          }
          wasAsked.add(req)
          // What is here already comes without another turn of the loop, so that a cut meets what follows it.
          if (cutAt) while (!req.complete) await setImmediate()
          cut(req, 'asked')
          if (req.socket.destroyed) await once(req, 'close')
          return forgeries.isSpent(req)
        },
      },
      places,
      takeTurn,
      ...times,
    },
  )
  app.set('trust proxy', 1)
  const log = memoryLog()
  const refusals = createRefusalLog(log.log)
  app.use(requestContext(log.log, refusals, []))
  app.use((req, res, next) => {
    requests.push(new WeakRef(req))
    counts.asked += 1
    res.once('close', () => {
      counts.closed += 1
    })
    next()
  })
  app.post(
    '/',
    async (req, res, next) => {
      try {
        await guard(req, res, next)
      } finally {
        counts.guarded += 1
      }
    },
    (req, res) => {
      cut(req, 'proven')
      work(req, res)
    },
  )
  app.use(answerProblem)
  const server = createHttpServer({ keepAliveTimeout: 0 }, refusals).on('request', app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  /** Begins a request, whose body is what `sending` is written; `answer` is what comes back. */
  const begin = ({ from = '203.0.113.1', proof = 'some', headers = {} }: Sent = {}) => {
    const sending = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { 'x-forwarded-for': from, 'x-proof': proof, ...headers },
    })
    sending.on('error', () => {})
    const answer = once(sending, 'response').then(async ([response]: IncomingMessage[]) => {
      const chunks = await response?.toArray()
      const text = Buffer.concat(chunks ?? []).toString()
      const retryAfter = response?.headers['retry-after']
      return { status: response?.statusCode, text, retryAfter }
    })
    answer.catch(() => {})
    return { sending, answer }
  }

  return {
    begin,
    counts,
    forgeries,
    log,
    /** All that came, held by nothing here. */
    requests,
    /** A connection over which a test writes what it likes, and all that came back. */
    async connect({ allowHalfOpen = false } = {}) {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen }).on('error', () => {})
      const came = { text: '' }
      socket.setEncoding('latin1').on('data', (text) => {
        came.text += text
      })
      await once(socket, 'connect')
      return { socket, came }
    },
    send(body: Buffer, sent: Sent = {}) {
      const length = sent.headers?.['transfer-encoding'] ? {} : { 'content-length': body.length }
      const { sending, answer } = begin({ ...sent, headers: { ...length, ...sent.headers } })
      sending.end(body)
      return answer
    },
    /** How many connections are open. */
    connections: () => promisify(server.getConnections.bind(server))(),
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A request as it is written. */
export function messageOf(body: Buffer, headers = `Content-Length: ${body.length}`): Buffer {
  const head = `POST / HTTP/1.1\r\nHost: x\r\nX-Proof: some\r\nX-Forwarded-For: 203.0.113.1\r\n${headers}`
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body])
}

/** A body whose parts are one byte each, as it is written in chunks. */
export const crumbs = (length: number) => Buffer.from('1\r\nx\r\n'.repeat(length))

export function aBody(length: number, start = TRUE): Buffer {
  return Buffer.concat([Buffer.from(start), Buffer.alloc(length - start.length, 'x')])
}
