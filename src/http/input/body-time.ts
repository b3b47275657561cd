import type { Request, Response } from 'express'
import { AppError } from '../../platform/errors.ts'
import { onceClosed } from './connection-end.ts'
import { leaveBody } from './unread-bodies.ts'

/** From the first to the last byte of a body: Twilio waits for no longer than 15 s for everything. */
const BODY_MS = 10_000

const ENDED =
  'The body ended before all of it had come: send the request again over another connection'

/** What of a body that takes room from others comes within each such time: what a poor connection manages. */
const PACE_BYTES = 20 * 1_024
const PACE_MS = 5_000

export interface BodyTime {
  /** From its first to its last byte; ten seconds where it is not said. */
  bodyMs?: number
  /** Whether it takes room from others: then it has to keep the pace. */
  holdsRoom?: () => boolean
}

/**
 * Aborted, with why, once nothing more of a body will come although it has not been read to its end: it
 * took too long, did not keep the pace, or its sender hung up. Of a late one nothing more is taken from that
 * connection, once that is answered, or at once where it was answered long ago.
 */
export function watchBody(
  req: Request,
  res: Response,
  { bodyMs = BODY_MS, holdsRoom }: BodyTime = {},
): AbortSignal {
  const over = new AbortController()
  const hungUp = () => over.abort(new AppError('validation_failed', ENDED))
  // Who hung up while it was found out who that is: of that no close is told again.
  if (req.destroyed) {
    hungUp()
    return over.signal
  }
  const stop = () => {
    clearTimeout(timer)
    clearInterval(pace)
    forget()
  }
  const late = (why: string) => {
    stop()
    // It was in time, and only is not read: what comes next on its connection is another request.
    if (req.complete) return
    if (res.writableFinished) req.socket.destroy()
    else if (res.headersSent) res.once('finish', () => req.socket.destroy())
    else leaveBody(req, res)
    over.abort(new AppError('body_too_slow', why))
  }
  const timer = setTimeout(() => late(`The body did not arrive within ${bodyMs / 1_000} s`), bodyMs)
  const pace = holdsRoom && watchPace(req, holdsRoom, over.signal, () => late(TOO_SLOW))
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

const TOO_SLOW = `The body came too slowly: of one of more than 4 kB, ${PACE_BYTES / 1_024} kB or all that is left have to come every ${PACE_MS / 1_000} s`

/** Calls `tooSlow` once too little came in one of the times, at whose beginning room was held already. */
function watchPace(
  req: Request,
  holdsRoom: () => boolean,
  over: AbortSignal,
  tooSlow: () => void,
): NodeJS.Timeout {
  let before = req.socket.bytesRead
  let wasHeld = false
  return setInterval(() => {
    // However busy this server is: what has come by now is read first.
    setImmediate(() => {
      const came = req.socket.bytesRead - before
      const isHeld = holdsRoom() && !req.readableEnded && !over.aborted
      if (wasHeld && isHeld && came < PACE_BYTES) return tooSlow()
      before += came
      wasHeld = isHeld
    })
  }, PACE_MS)
}
