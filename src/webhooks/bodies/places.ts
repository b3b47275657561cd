import { AppError } from '../../platform/errors.ts'
import { change } from '../../platform/places/counts.ts'

/** What Twilio sends at most, and nearly all reports fit into: so much of a body needs no place. */
export const SMALL_BODY = 64 * 1_024

/** What the least of bodies takes, with the request that it belongs to. */
const LEAST = 4 * 1_024

/** Of one address, at the same time. */
const PER_ADDRESS = 2

/**
 * Of everybody, at the same time: what is held of larger bodies, unpacked. One of the largest reports of
 * senders that are not known, and as much that only those that are can take.
 */
const ALL_BYTES = 50 * 1_024 * 1_024

/**
 * Of one address that is not known, at the same time: what its bodies hold, small ones too. Three hundred
 * of the largest that Twilio sends, and nearly five thousand of its usual ones.
 */
const UNKNOWN_BYTES = 300 * SMALL_BODY

export type Places = ReturnType<typeof createPlaces>
export type Place = ReturnType<Places['of']>

interface Sender {
  address: string
  /** Of which one body at a time is read. */
  connection: object
  /** Whether its address has proven itself. */
  isKnown: boolean
}

/**
 * Room for bodies while nobody knows yet who sends them: of those that are larger than small, by what they
 * hold; of small ones, only where their address is not known, by what they say they will. Whoever finds
 * none is to come again, because the sender may be a true one. Those that are not known have half of the
 * bytes, so that they cannot shut out those that are.
 */
export function createPlaces({
  perAddress = PER_ADDRESS,
  bytes = ALL_BYTES,
  unknownBytes = UNKNOWN_BYTES,
} = {}) {
  const taken = new Map<string, number>()
  /** By address that is not known: what is reserved for its bodies. */
  const reserved = new Map<string, number>()
  const connections = new WeakSet<object>()
  let left = bytes
  let leftForUnknown = bytes / 2

  return {
    /** What one body holds, which is nothing at first, and nothing for good once it is released. */
    of({ address, connection, isKnown }: Sender) {
      let isForKnown = isKnown
      let isBegun = false
      let isOpen = false
      let isReleased = false
      let held = 0
      let ahead = 0
      const add = (bytesMore: number) => {
        held += bytesMore
        left -= bytesMore
        if (!isForKnown) leftForUnknown -= bytesMore
      }
      /** Its sender is proven: others of the connection, and not known, have room while this is worked at. */
      const leave = () => {
        if (isBegun) connections.delete(connection)
        isBegun = false
        if (!isForKnown) leftForUnknown += held
        isForKnown = true
        change(reserved, address, -ahead)
        ahead = 0
        if (isOpen) change(taken, address, -1)
        isOpen = false
      }
      return {
        /** Before the body is read. @throws AppError webhooks_busy while another of its connection is */
        begin(): void {
          if (connections.has(connection)) throw busy()
          connections.add(connection)
          isBegun = true
        },
        /**
         * Before the body is read: room for what of it needs no place. Nothing, of a known address.
         * @throws AppError webhooks_busy
         */
        reserve(length: number): void {
          if (isReleased) throw over()
          if (isForKnown) return
          const small = Math.max(Math.min(length, SMALL_BODY), LEAST)
          if ((reserved.get(address) ?? 0) + small > unknownBytes) throw busy()
          change(reserved, address, small)
          ahead += small
        },
        /** Takes one of its address's places, unless it has one. @throws AppError webhooks_busy */
        open(): void {
          if (isReleased) throw over()
          if (isOpen) return
          if ((taken.get(address) ?? 0) >= perAddress) throw busy()
          change(taken, address, 1)
          isOpen = true
        },
        /** Holds so many bytes more. @throws AppError webhooks_busy */
        hold(more: number): void {
          if (isReleased) throw over()
          if (more > left || (!isForKnown && more > leftForUnknown)) throw busy()
          add(more)
        },
        leave,
        /** Gives everything back. Whatever ends a request may call it: only the first does something. */
        release(): void {
          isReleased = true
          leave()
          add(-held)
        },
      }
    },
  }
}

/** A fault of ours: what is worked at without being held fills the memory. */
const over = () => new Error('The body was released while it was still being read')

export const busy = () =>
  new AppError('webhooks_busy', 'Too many webhooks are being read: send it again in a few seconds')
