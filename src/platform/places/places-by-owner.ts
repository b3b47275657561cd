import { change } from './counts.ts'

/** What there is no place left of: those of the owner, or those of all. */
type Full = 'owner' | 'all'

export type PlacesByOwner = ReturnType<typeof createPlacesByOwner>

/** `most` places at once, `mostOfOne` of each owner: nobody takes all of them. `refuse`: the error where there is none. */
export function createPlacesByOwner(
  { most, mostOfOne }: { most: number; mostOfOne: number },
  refuse: (full: Full) => Error,
) {
  const taken = new Map<string, number>()
  let all = 0
  return {
    /** Answers what gives the place back, which counts once. @throws what `refuse` makes */
    take(owner: string): () => void {
      if ((taken.get(owner) ?? 0) >= mostOfOne) throw refuse('owner')
      if (all >= most) throw refuse('all')
      change(taken, owner, 1)
      all += 1
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        change(taken, owner, -1)
        all -= 1
      }
    },
  }
}
