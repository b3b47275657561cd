import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from './errors.ts'
import type { Logger } from './logger.ts'

export interface RunningLoop {
  /** Lets the running tick finish, starts no other. */
  stop(): Promise<void>
}

/** What a loop waits at most that finds nothing to do again and again; unless its interval is longer. */
const IDLE_MS = 15_000
const IDLE_INTERVALS = 6

/** How long a loop waits that waited for `waitMs` and found nothing. */
export function idleWait(waitMs: number, intervalMs: number): number {
  const longest = Math.max(intervalMs, Math.min(IDLE_INTERVALS * intervalMs, IDLE_MS))
  return Math.min(2 * waitMs, longest)
}

/**
 * Runs `tick` again and again, `intervalMs` after the last one ended. One that answers 0 found nothing to
 * do: the next waits twice as long, up to six intervals or fifteen seconds, until one finds something. A failed
 * tick is logged.
 */
export function startLoop(options: {
  name: string
  intervalMs: number
  tick: (signal: AbortSignal) => Promise<unknown>
  log: Logger
}): RunningLoop {
  const stopping = new AbortController()
  const { signal } = stopping
  const { intervalMs } = options
  const run = async () => {
    let waitMs = intervalMs
    while (!signal.aborted) {
      const found = await options.tick(signal).catch((thrown: unknown) => {
        options.log.error(
          { err: toError(thrown), loop: options.name },
          'loop tick failed; it runs again',
        )
      })
      waitMs = found === 0 ? idleWait(waitMs, intervalMs) : intervalMs
      await sleep(waitMs, undefined, { signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
