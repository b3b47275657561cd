import type { Request, Response } from 'express'
import { AppError } from '../../platform/errors.ts'
import { onceClosed } from './connection-end.ts'
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
  const stop = () => {
    clearTimeout(timer)
    forget()
  }
  const timer = setTimeout(() => {
    forget()
    // It was in time, and only is not read: what comes next on its connection is another request.
    if (req.complete) return
    if (res.writableFinished) req.socket.destroy()
    else hangUpAfter(req, res)
    over.abort(new AppError('body_too_slow', 'The body did not arrive within ten seconds'))
  }, bodyMs)
  // Of a request that was answered before its body had come, Node tells no close.
  const forget = onceClosed(req.socket, stop)
  req.once('end', stop)
  req.once('close', () => {
    stop()
    // Whatever `complete` says: what has come, and was not read, is lost with the connection.
    if (!req.readableEnded)
      over.abort(new AppError('validation_failed', 'The body ended too early'))
  })
  return over.signal
}

/**
 * What is still to come of a body that was refused. Little runs through unread, so that the connection
 * can be used again. Reading much would cost more than refusing it has: it is left where it is, and the
 * answer says that the connection ends, as it does when its sender had the time to read that.
 */
export function leaveBody(req: Request, res: Response): void {
  const isChunked = req.get('transfer-encoding') !== undefined
  // Whoever asks whether to send it, and is told no, may send something else instead.
  const isAskedFor = req.get('expect') !== undefined
  const length = Number(req.get('content-length') ?? 0)
  if (req.complete || !(isChunked || isAskedFor || length > SMALL_BODY)) {
    res.once('finish', () => req.resume())
    return
  }
  // Read into one buffer, and no further: a request that nobody began to read is read to its end.
  req.pause()
  req.read(0)
  hangUpAfter(req, res)
}

/**
 * Ends the connection behind this answer, which says so: whoever shares the connection among requests of
 * others, as a proxy does, sends none of them over it.
 */
function hangUpAfter({ socket }: Request, res: Response): void {
  if (res.headersSent) {
    res.once('finish', () => socket.destroy())
    return
  }
  res.set('Connection', 'close')
  // Node would destroy it behind the answer: what was not read makes that a reset, which takes the answer along.
  socket.destroySoon = () => {
    socket.end()
    // Nothing that its sender goes on sending meanwhile is worked at, also no whole request.
    socket.pause()
    const timer = setTimeout(() => socket.destroy(), LINGER_MS)
    onceClosed(socket, () => clearTimeout(timer))
  }
}
