import { askerOf } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { change } from '../../platform/places/counts.ts'
import { actorOf, type Principal } from '../principal.ts'

/** What nearly all bodies fit into: so much of one needs no room. */
const SHORT = 4 * 1_024

const MB = 1_024 * 1_024

/** Of one user, the keys of one organization, or all operators, at the same time: five of the longest bodies. */
const OF_ONE = 2 * MB

/**
 * Of one address, but for operators: accounts cost nothing, and neither do an organization and a key for each. Half of
 * it is its users', so that one address cannot take all room that strangers have.
 */
const OF_ADDRESS = 8 * MB

/**
 * Rooms, each within the next: of users whom nobody knows, of all users, of all but operators, of everybody.
 * So each kind of sender has a reserve that those before it cannot take: members and keys 8 and 14 MB,
 * operators 2.
 */
const ROOMS = { strangers: 8 * MB, users: 16 * MB, tenants: 30 * MB, all: 32 * MB }

type Room = keyof typeof ROOMS

/** The rooms in which a sender's bodies count. */
const roomsOf: Record<'stranger' | 'member' | 'key' | 'operator', Room[]> = {
  stranger: ['strangers', 'users', 'tenants', 'all'],
  member: ['users', 'tenants', 'all'],
  key: ['tenants', 'all'],
  operator: ['all'],
}

export type BodyRoom = ReturnType<ReturnType<typeof createBodyRoom>>

/**
 * Room for the bodies of people and programs from their first byte until they were worked at: whoever has
 * signed in may still be a stranger, and an account costs nothing. `isMember`: whether a user is known to
 * belong to an organization. Nobody's long bodies shut out short ones.
 */
export function createBodyRoom({
  isMember,
  ofOne = OF_ONE,
  ofAddress = OF_ADDRESS,
  rooms = ROOMS,
}: {
  isMember: (userId: string) => boolean
  ofOne?: number
  ofAddress?: number
  rooms?: Record<Room, number>
}) {
  const held = new Map<string, number>()
  const left = { ...rooms }

  function kindOf(principal: Principal): keyof typeof roomsOf {
    if (principal.kind === 'admin') return 'operator'
    if (principal.kind === 'key') return 'key'
    return isMember(principal.userId) ? 'member' : 'stranger'
  }

  /** Whose it is, and how much of it all is theirs at most. */
  function sharesOf(principal: Principal, address: string): [string, number][] {
    const own: [string, number] = [askerOf(actorOf(principal)), ofOne]
    if (principal.kind === 'admin') return [own]
    const all: [string, number] = [`address:${address}`, ofAddress]
    return principal.kind === 'key' ? [own, all] : [own, all, [`users:${address}`, ofAddress / 2]]
  }

  return (principal: Principal, address: string) => {
    const shares = sharesOf(principal, address)
    const within = roomsOf[kindOf(principal)]
    let own = 0
    const add = (bytes: number) => {
      own += bytes
      for (const room of within) left[room] -= bytes
      for (const [name] of shares) change(held, name, bytes)
    }
    return {
      /** Whether so much of a body has room, with what of it is held already. @throws AppError too_many_at_once */
      require(bytes: number): void {
        const more = bytes - own
        const isFull =
          within.some((room) => more > left[room]) ||
          shares.some(([name, most]) => (held.get(name) ?? 0) + more > most)
        if (bytes > SHORT && isFull) throw tooManyAtOnce()
      },
      /** Holds so much of a body. @throws AppError too_many_at_once */
      hold(bytes: number): void {
        this.require(bytes)
        if (bytes > SHORT) add(bytes - own)
      },
      /** Whether it holds anything. */
      isHeld: () => own > 0,
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
