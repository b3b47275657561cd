import type { RequestHandler } from 'express'
import type { SignInService } from './serving/document.ts'

/**
 * Serves the console: its page at every path below `/console`, so that an address can be kept and opened again,
 * and its files below `/console/assets`. Reads them at the first request, not at start.
 * `signIn`: where members sign in; undefined: only operators can.
 */
export function createConsole(signIn: SignInService | undefined): RequestHandler {
  let made: Promise<RequestHandler> | undefined
  return async (req, res, next) => {
    made ??= import('./serving/serve.ts').then(({ serveConsole }) => serveConsole(signIn))
    const serve = await made
    return serve(req, res, next)
  }
}
