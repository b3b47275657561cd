import { AppError } from '../platform/errors.ts'

/** Transfers at the same time: of one user, the keys of one organization or all operators, and of everybody. */
const OF_ONE = 6
const OF_ALL = 48

/** Places for transfers, which may take minutes: nobody takes all of them. */
export function createPlaces({ ofOne = OF_ONE, ofAll = OF_ALL } = {}) {
  const taken = new Map<string, number>()
  let left = ofAll
  return {
    /** Takes one for `asker`; what is answered gives it back, once. @throws AppError too_many_at_once */
    take(asker: string): () => void {
      const own = taken.get(asker) ?? 0
      if (left === 0 || own >= ofOne)
        throw new AppError(
          'too_many_at_once',
          'Too many recordings or media are on their way at once: ask again in a few seconds',
        )
      left -= 1
      taken.set(asker, own + 1)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        left += 1
        const others = (taken.get(asker) ?? 1) - 1
        if (others > 0) taken.set(asker, others)
        else taken.delete(asker)
      }
    },
  }
}
