import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from './errors.ts'
import type { Logger } from './logger.ts'

export interface Phase {
  name: string
  run: () => Promise<unknown> | unknown
}

/** What every later phase can count on, however long an earlier one took. */
const RESERVED_MS = 500

/**
 * Runs the phases in order, all within `deadlineMs`. A phase that fails or takes too long is logged
 * and does not keep the next from running.
 */
export async function shutDown(phases: Phase[], deadlineMs: number, log: Logger): Promise<void> {
  const end = performance.now() + deadlineMs
  for (const [index, phase] of phases.entries()) {
    const reservedMs = RESERVED_MS * (phases.length - index - 1)
    const phaseMs = Math.max(0, end - performance.now() - reservedMs)
    const timer = new AbortController()
    const timeout = sleep(phaseMs, undefined, { signal: timer.signal }).then(
      () => log.warn({ phase: phase.name }, 'shutdown phase took too long; going on'),
      () => {},
    )
    const work = Promise.resolve()
      .then(phase.run)
      .catch((thrown: unknown) =>
        log.error({ err: toError(thrown), phase: phase.name }, 'shutdown phase failed'),
      )
    await Promise.race([work, timeout])
    timer.abort()
  }
}
