import { AppError } from '../platform/errors.ts'

/** Ends a turn. */
export type EndTurn = () => void

interface Asker {
  working: number
  waiting: Set<() => void>
}

/**
 * Turns of people and keys at the database, at most `places` at once. One asker has at most half of them, and
 * those who wait get theirs in rotation, so that nobody's many requests keep others waiting. Webhooks and
 * loops take no turn: the connections beyond `places` are always theirs.
 */
export function createFairTurns(places: number) {
  const mostOfOne = Math.ceil(places / 2)
  let free = places
  /** Those who work or wait, the one whose turn was the longest ago first. */
  const askers = new Map<string, Asker>()

  const isNext = ({ working, waiting }: Asker) => waiting.size > 0 && working < mostOfOne

  function giveTurns(): void {
    while (free > 0) {
      const next = [...askers].find(([, asker]) => isNext(asker))
      if (!next) return
      const [name, asker] = next
      const [begin] = asker.waiting
      if (begin) asker.waiting.delete(begin)
      askers.delete(name)
      askers.set(name, asker)
      free -= 1
      asker.working += 1
      begin?.()
    }
  }

  function endOf(name: string, asker: Asker): EndTurn {
    return () => {
      free += 1
      asker.working -= 1
      forget(name, asker)
      giveTurns()
    }
  }

  function forget(name: string, asker: Asker): void {
    if (asker.working === 0 && asker.waiting.size === 0) askers.delete(name)
  }

  return {
    /**
     * Waits for a turn of `name`, for at most `waitMs`.
     * @throws AppError too_many_at_once, when that time is over or `signal` ends the wait
     */
    take(name: string, waitMs: number, signal?: AbortSignal): Promise<EndTurn> {
      const asker = askers.get(name) ?? { working: 0, waiting: new Set() }
      askers.set(name, asker)
      return new Promise((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', giveUp)
        }
        const begin = () => {
          leave()
          resolve(endOf(name, asker))
        }
        const giveUp = () => {
          leave()
          asker.waiting.delete(begin)
          forget(name, asker)
          reject(tooManyAtOnce())
        }
        const timer = setTimeout(giveUp, waitMs)
        signal?.addEventListener('abort', giveUp, { once: true })
        asker.waiting.add(begin)
        if (signal?.aborted) giveUp()
        else giveTurns()
      })
    },
  }
}

const tooManyAtOnce = () =>
  new AppError(
    'too_many_at_once',
    'Other requests of the same user or organization took the time of this one, which did nothing: send fewer at once',
  )
