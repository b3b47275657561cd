import type { Place, Places } from '../../src/webhooks/bodies/places.ts'

/** The same places; `late`: what a body still asked for after it had been released. */
export function watching(places: Places) {
  const late: string[] = []
  const of: typeof places.of = (sender) => {
    const place = places.of(sender)
    let isReleased = false
    return {
      ...place,
      reserve(length) {
        if (isReleased) late.push('reserve')
        place.reserve(length)
      },
      open() {
        if (isReleased) late.push('open')
        place.open()
      },
      hold(more) {
        if (isReleased) late.push('hold')
        place.hold(more)
      },
      release() {
        isReleased = true
        place.release()
      },
    }
  }
  return { watched: { of }, late }
}

/** How many bodies of one address, and how many bytes, known or not, find room at this moment. */
export function freeIn(places: Places, address: string) {
  const count = (most: number, take: () => void) => {
    let times = 0
    try {
      for (; times < most; times += 1) take()
    } catch {
      // Full.
    }
    return times
  }
  const placeOf = (isKnown: boolean) => places.of({ address, connection: {}, isKnown })
  const bytesFor = (isKnown: boolean) => {
    const one = placeOf(isKnown)
    const bytes = count(8_000, () => one.hold(10_000))
    one.release()
    return bytes
  }
  const one = placeOf(false)
  const reserved = count(8_000, () => one.reserve(10_000))
  one.release()
  const taken: Place[] = []
  const bodies = count(9, () => {
    const place = placeOf(false)
    place.open()
    taken.push(place)
  })
  for (const place of taken) place.release()
  return { known: bytesFor(true), unknown: bytesFor(false), reserved, bodies }
}
