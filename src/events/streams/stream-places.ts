import { AppError } from '../../platform/errors.ts'

/** Streams that are open at a server at once: of one owner, and in all. */
const MOST_OF_ONE = 10
const MOST = 1_000

const RETRY_SECONDS = 10

export type StreamPlaces = ReturnType<typeof createStreamPlaces>

/** Each open stream holds memory and a connection, so there are `most` of them, `mostOfOne` of each owner. */
export function createStreamPlaces({ most, mostOfOne } = { most: MOST, mostOfOne: MOST_OF_ONE }) {
  const taken = new Map<string, number>()
  let all = 0
  return {
    /** Answers what gives the place back, which counts once. @throws AppError too_many_streams, too_many_at_once */
    take(owner: string): () => void {
      const own = taken.get(owner) ?? 0
      if (own >= mostOfOne) {
        throw new AppError(
          'too_many_streams',
          `${own} streams are open here already, and more are not possible: close one that nobody reads`,
          { retryAfterSeconds: RETRY_SECONDS },
        )
      }
      if (all >= most) {
        throw new AppError('too_many_at_once', 'This server has no place for another stream', {
          retryAfterSeconds: RETRY_SECONDS,
        })
      }
      taken.set(owner, own + 1)
      all += 1
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        all -= 1
        const left = (taken.get(owner) ?? 1) - 1
        if (left === 0) taken.delete(owner)
        else taken.set(owner, left)
      }
    },
  }
}
