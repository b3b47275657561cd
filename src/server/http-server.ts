import { createServer, type Server, type ServerOptions } from 'node:http'
import { continueWhenRead, passOverExpectations } from '../http/input/continue.ts'
import { hangUpOnCrumbs } from '../http/input/crumbs.ts'
import { ignoreBehindLast } from '../http/input/last-answers.ts'
import { leaveUnread } from '../http/input/unread-bodies.ts'
import { boundUnanswered } from '../http/limits/most-unanswered.ts'
import type { RefusalLog } from '../http/log/refusal-log.ts'
import { answerUnparsed } from './unparsed.ts'

/**
 * A server that asks for no body before somebody reads it, takes none in crumbs, and nothing more of one
 * that is answered before it has come, nor of many requests that wait for no answer; what it cannot read
 * it answers itself, and tells `refusals`. It listens to nothing yet.
 */
export function createHttpServer(
  options: Pick<ServerOptions, 'keepAliveTimeout' | 'IncomingMessage'>,
  refusals: Pick<RefusalLog, 'unparsed'>,
): Server {
  const server = createServer({ ...options, requireHostHeader: false })
  continueWhenRead(server)
  passOverExpectations(server)
  hangUpOnCrumbs(server)
  leaveUnread(server)
  answerUnparsed(server, refusals)
  boundUnanswered(server)
  ignoreBehindLast(server)
  return server
}
