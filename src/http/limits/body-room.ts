import { askerOf } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { actorOf, type Principal } from '../principal.ts'

/** What nearly all bodies fit into: so much of one needs no room. */
const SHORT = 4 * 1_024

/** Of one user, the keys of one organization, or all operators, at the same time: five of the longest bodies. */
const OF_ONE = 2 * 1_024 * 1_024

/** Of everybody, at the same time. */
const OF_ALL = 32 * 1_024 * 1_024

export type BodyRoom = ReturnType<ReturnType<typeof createBodyRoom>>

/**
 * Room for the bodies of people and programs from their first byte until they were worked at: whoever has
 * signed in is known, and may still be a stranger. Users have half of it in all, so that they cannot shut out
 * keys and operators; and nobody's long bodies shut out short ones.
 */
export function createBodyRoom({ ofOne = OF_ONE, ofAll = OF_ALL } = {}) {
  const held = new Map<string, number>()
  let left = ofAll
  let leftForUsers = ofAll / 2

  return (principal: Principal) => {
    const name = askerOf(actorOf(principal))
    const isUser = principal.kind === 'user'
    let own = 0
    const add = (bytes: number) => {
      own += bytes
      left -= bytes
      if (isUser) leftForUsers -= bytes
      const all = (held.get(name) ?? 0) + bytes
      if (all > 0) held.set(name, all)
      else held.delete(name)
    }
    return {
      /** Whether so much of a body has room, with what of it is held already. @throws AppError too_many_at_once */
      require(bytes: number): void {
        const more = bytes - own
        const isFull = more > left || (isUser && more > leftForUsers)
        if (bytes > SHORT && (isFull || (held.get(name) ?? 0) + more > ofOne)) throw tooManyAtOnce()
      },
      /** Holds so much of a body. @throws AppError too_many_at_once */
      hold(bytes: number): void {
        this.require(bytes)
        if (bytes > SHORT) add(bytes - own)
      },
      /** Gives it back. */
      release(): void {
        add(-own)
      },
    }
  }
}

const tooManyAtOnce = () =>
  new AppError(
    'too_many_at_once',
    'Other long bodies, which are still being sent or worked at, take all the room: send it again in a few seconds, and fewer at once',
  )
