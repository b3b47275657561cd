import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from './errors.ts'

/** Work that may outlive the request that started it; a server that stops waits for it. */
export class Background extends Set<Promise<unknown>> {
  readonly #stop = new AbortController()

  /** Aborts when the server stops: nobody is kept waiting any longer, and nothing new is begun. */
  get stopping(): AbortSignal {
    return this.#stop.signal
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Resolves once there is none, also none that came meanwhile. */
  async empty(): Promise<void> {
    while (this.size > 0) await Promise.allSettled([...this])
  }
}

/**
 * Keeps `work` in `background` until it ends, and answers it. It has to see to its own failures:
 * one that it lets out counts as unhandled, whoever waits for it.
 */
export function track<T>(background: Background, work: Promise<T>): Promise<T> {
  background.add(work)
  void work.finally(() => background.delete(work))
  return work
}

/**
 * Waits for `work`, but no longer than `waitMs` milliseconds, nor once the server stops. When that
 * is over its signal aborts: it begins nothing new, and what is under way ends in the `background`.
 * Never fails: what `work` throws, in time or later, goes to `onError`.
 */
export async function within(
  waitMs: number,
  work: (signal: AbortSignal) => Promise<unknown>,
  { background, onError }: { background: Background; onError: (error: Error) => void },
): Promise<void> {
  const timeUp = new AbortController()
  const signal = AbortSignal.any([timeUp.signal, background.stopping])
  const working = track(
    background,
    work(signal).catch((thrown: unknown) => onError(toError(thrown))),
  )
  const over = sleep(waitMs, undefined, { signal }).catch(() => {})
  await Promise.race([working, over])
  timeUp.abort()
}
