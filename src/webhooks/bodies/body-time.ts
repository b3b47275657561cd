import type { Request, Response } from 'express'

/** From the first to the last byte of a body: Twilio waits for no longer than 15 s for everything. */
const BODY_MS = 10_000

/**
 * Aborts what it returns when a body took too long; then, once that is answered, or where it was answered
 * long ago, nothing more is taken from that connection.
 */
export function watchBodyTime(req: Request, res: Response, bodyMs = BODY_MS): AbortSignal {
  const late = new AbortController()
  const timer = setTimeout(() => {
    const hangUp = () => req.socket.destroy()
    if (res.writableFinished) return hangUp()
    res.once('finish', hangUp)
    late.abort()
  }, bodyMs)
  const isOver = () => clearTimeout(timer)
  req.once('end', isOver).once('close', isOver)
  return late.signal
}
