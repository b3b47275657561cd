import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { RequestHandler } from 'express'
import { isLingering, lingerAtEnd } from '../http/input/linger.ts'
import { refusing } from '../http/limits/refusing.ts'
import { unansweredOf } from '../http/limits/unanswered.ts'
import type { RefusalLog } from '../http/log/refusal-log.ts'
import { problemBody } from '../http/problem.ts'
import { AppError, type ProblemCode, problemStatus } from '../platform/errors.ts'

/** What of a request could not be read, by Node's word for it, and what helps; all else is unreadable. */
const words: Record<string, [ProblemCode, string] | undefined> = {
  HPE_HEADER_OVERFLOW: [
    'headers_too_large',
    'The address and the headers of a request may have 16 kB in all: send fewer, or shorter ones',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    'request_too_slow',
    'The request did not arrive in time: send it again over another connection',
  ],
}

const unreadable: [ProblemCode, string] = [
  'request_unreadable',
  'This is no HTTP/1.1 request: its first line, a header, or a length or chunk of its body is malformed',
]

/**
 * What cannot be read as a request is answered and logged as every other refusal, and ends its connection.
 * Where an answer to something else is under way over it, one more would be taken for that: it is only cut off.
 */
export function answerUnparsed(server: Server, refusals: Pick<RefusalLog, 'unparsed'>): void {
  const unanswered = unansweredOf(server)
  server.on('clientError', (error: Error & { code?: string }, stream) => {
    const socket = stream as Socket
    // What is thrown away needs to be nothing.
    if (isLingering(socket)) return
    const begun = [...unanswered.of(socket)]
    // Of one whose body could not be read, nobody else will tell it.
    const isAlone = begun.every(({ req, headersSent }) => !req.complete && !headersSent)
    // In the middle of a body the sender hung up, which its own request is logged as.
    const hasHungUp = error.code === 'HPE_INVALID_EOF_STATE' && begun.length > 0
    if (!socket.writable || !isAlone || hasHungUp) return socket.destroy()
    const [problem, detail] = words[error.code ?? ''] ?? unreadable
    const requestId = randomUUID()
    refusals.unparsed(socket.remoteAddress, requestId, problem)
    socket.write(answerOf(problem, detail, requestId))
    lingerAtEnd(socket)
    socket.destroySoon()
  })
}

function answerOf(problem: ProblemCode, detail: string, requestId: string): string {
  // Nothing is known of what was asked: the occurrence itself is named (RFC 9457, 3.1.5).
  const body = problemBody(problem, { detail, instance: `urn:uuid:${requestId}`, requestId })
  const text = JSON.stringify(body)
  return [
    `HTTP/1.1 ${problemStatus[problem]} ${body.title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n')
}

/** RFC 9110, 7.2: whoever names no host is refused, and costs its address as others do. */
export function requireHost(limit: RequestHandler): RequestHandler {
  const refuse = refusing(
    limit,
    new AppError('request_unreadable', 'Send the header Host with every request'),
  )
  return (req, res, next) => {
    if (req.headers.host !== undefined || req.httpVersion !== '1.1') return next()
    return refuse(req, res, next)
  }
}
