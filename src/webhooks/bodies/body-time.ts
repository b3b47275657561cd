import type { Request, Response } from 'express'
import { AppError } from '../../platform/errors.ts'
import { SMALL_BODY } from './places.ts'

/** From the first to the last byte of a body: Twilio waits for no longer than 15 s for everything. */
const BODY_MS = 10_000

/** How long whoever was refused has to read why, while nothing more of a large body is taken in. */
const LINGER_MS = 1_000

/**
 * Aborted, with why, once nothing more of a body will come although it has not been read to its end: it
 * took too long, or its sender hung up. Of a late one nothing more is taken from that connection, once
 * that is answered, or at once where it was answered long ago.
 */
export function watchBody(req: Request, res: Response, bodyMs = BODY_MS): AbortSignal {
  const over = new AbortController()
  const timer = setTimeout(() => {
    if (res.writableFinished) req.socket.destroy()
    else hangUpAfter(req, res, 0)
    over.abort(new AppError('body_too_slow', 'The body did not arrive within ten seconds'))
  }, bodyMs)
  req.once('end', () => clearTimeout(timer))
  req.once('close', () => {
    clearTimeout(timer)
    // Whatever `complete` says: what has come, and was not read, is lost with the connection.
    if (!req.readableEnded)
      over.abort(new AppError('validation_failed', 'The body ended too early'))
  })
  return over.signal
}

/**
 * What is still to come of a body that was refused. Little runs through unread, so that the connection
 * can be used again. Reading much would cost more than refusing it has: it is left where it is, and the
 * connection ends when its sender had the time to read the answer.
 */
export function leaveBody(req: Request, res: Response): void {
  const isChunked = req.get('transfer-encoding') !== undefined
  if (req.complete || (!isChunked && Number(req.get('content-length') ?? 0) <= SMALL_BODY)) {
    // Once it is answered: whoever asked whether to send it is told no.
    res.once('finish', () => req.resume())
    return
  }
  // Read into one buffer, and no further: a request that nobody began to read is read to its end.
  req.pause()
  req.read(0)
  hangUpAfter(req, res, LINGER_MS)
}

function hangUpAfter(req: Request, res: Response, ms: number): void {
  const { socket } = req
  res.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), ms)
    socket.once('close', () => clearTimeout(timer))
  })
}
