/** The work was not done in time. */
export class TimeUp extends Error {
  override name = 'TimeUp'
  readonly deadlineMs: number

  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs} ms`)
    this.deadlineMs = deadlineMs
  }
}

/**
 * The result of `work`, if it comes within `deadlineMs`. Work that comes late is told so by its
 * signal, and what it answers, or throws, then is dropped.
 * @throws TimeUp, or what `work` throws
 */
export async function withinDeadline<T>(
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new TimeUp(deadlineMs))
    stop.abort()
  }, deadlineMs)
  try {
    return await Promise.race([work(stop.signal), late])
  } finally {
    clearTimeout(timer)
  }
}
