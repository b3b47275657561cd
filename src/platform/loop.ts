import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from './errors.ts'
import type { Logger } from './logger.ts'

export interface RunningLoop {
  /** Lets the running tick finish, starts no other. */
  stop(): Promise<void>
}

/** Runs `tick` again and again, `intervalMs` after the last one ended. A failed tick is logged. */
export function startLoop(options: {
  name: string
  intervalMs: number
  tick: (signal: AbortSignal) => Promise<void>
  log: Logger
}): RunningLoop {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async () => {
    while (!signal.aborted) {
      await options.tick(signal).catch((thrown: unknown) => {
        options.log.error(
          { err: toError(thrown), loop: options.name },
          'loop tick failed; it runs again',
        )
      })
      await sleep(options.intervalMs, undefined, { signal }).catch(() => {})
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
