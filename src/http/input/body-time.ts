import type { Request, Response } from 'express'
import { AppError } from '../../platform/errors.ts'
import { onceClosed } from './connection-end.ts'
import { leaveBody } from './unread-bodies.ts'

/** From the first to the last byte of a body: Twilio waits for no longer than 15 s for everything. */
const BODY_MS = 10_000

/**
 * Aborted, with why, once nothing more of a body will come although it has not been read to its end: it
 * took too long, or its sender hung up. Of a late one nothing more is taken from that connection, once
 * that is answered, or at once where it was answered long ago.
 */
export function watchBody(req: Request, res: Response, bodyMs = BODY_MS): AbortSignal {
  const over = new AbortController()
  const hungUp = () => over.abort(new AppError('validation_failed', 'The body ended too early'))
  // Who hung up while it was found out who that is: of that no close is told again.
  if (req.destroyed) {
    hungUp()
    return over.signal
  }
  const stop = () => {
    clearTimeout(timer)
    forget()
  }
  const timer = setTimeout(() => {
    forget()
    // It was in time, and only is not read: what comes next on its connection is another request.
    if (req.complete) return
    if (res.writableFinished) req.socket.destroy()
    else if (res.headersSent) res.once('finish', () => req.socket.destroy())
    else leaveBody(req, res)
    over.abort(new AppError('body_too_slow', `The body did not arrive within ${bodyMs / 1_000} s`))
  }, bodyMs)
  // Of a request that was answered before its body had come, Node tells no close.
  const forget = onceClosed(req.socket, stop)
  req.once('end', stop)
  req.once('close', () => {
    stop()
    // Whatever `complete` says: what has come, and was not read, is lost with the connection.
    if (!req.readableEnded) hungUp()
  })
  return over.signal
}
