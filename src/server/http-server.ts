import { createServer, type Server } from 'node:http'
import { continueWhenRead } from '../http/input/continue.ts'
import { hangUpOnCrumbs } from '../http/input/crumbs.ts'

/** A server that asks for no body before somebody reads it, and takes none in crumbs; it listens to nothing yet. */
export function createHttpServer(options: { keepAliveTimeout: number }): Server {
  const server = createServer(options)
  continueWhenRead(server)
  hangUpOnCrumbs(server)
  return server
}
