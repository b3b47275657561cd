import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from './errors.ts'

/** Work that may outlive the request that started it; shutdown waits for it, and stops none of it. */
export type Background = Set<Promise<unknown>>

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
 * Waits for `work`, but no longer than `waitMs` milliseconds. When the time is up its signal aborts:
 * it begins nothing new, and what is under way ends in the `background`. Never fails: what `work`
 * throws, in time or later, goes to `onError`.
 */
export async function within(
  waitMs: number,
  work: (signal: AbortSignal) => Promise<void>,
  { background, onError }: { background: Background; onError: (error: Error) => void },
): Promise<void> {
  const stop = new AbortController()
  const working = track(
    background,
    work(stop.signal).catch((thrown: unknown) => onError(toError(thrown))),
  )
  const timer = sleep(waitMs, undefined, { signal: stop.signal }).catch(() => {})
  await Promise.race([working, timer])
  stop.abort()
}
