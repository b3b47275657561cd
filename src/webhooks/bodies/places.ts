import { AppError } from '../../platform/errors.ts'

/** What Twilio sends at most, and nearly all reports fit into: so much of a body needs no place. */
export const SMALL_BODY = 64 * 1_024

/** Of one address, at the same time. */
const PER_ADDRESS = 2

/** Of everybody, at the same time: what is held of larger bodies, unpacked. Two of the largest reports. */
const ALL_BYTES = 50 * 1_024 * 1_024

export type Places = ReturnType<typeof createPlaces>
export type Place = ReturnType<Places['of']>

/**
 * Room for bodies that are larger than small, while nobody knows yet who sends them. Whoever finds none
 * is to come again, because the sender may be a true one.
 */
export function createPlaces({ perAddress = PER_ADDRESS, bytes = ALL_BYTES } = {}) {
  const taken = new Map<string, number>()
  let left = bytes

  return {
    /** What one body holds, which is nothing at first, and nothing for good once it is released. */
    of(address: string) {
      let isOpen = false
      let isReleased = false
      let held = 0
      /** Its sender is known: the address may send another, while this one is worked at. */
      const leaveAddress = () => {
        if (!isOpen) return
        isOpen = false
        const rest = (taken.get(address) ?? 1) - 1
        if (rest > 0) taken.set(address, rest)
        else taken.delete(address)
      }
      return {
        /** Takes one of its address's places, unless it has one. @throws AppError webhooks_busy */
        open(): void {
          if (isReleased) throw over()
          if (isOpen) return
          const others = taken.get(address) ?? 0
          if (others >= perAddress) throw busy()
          taken.set(address, others + 1)
          isOpen = true
        },
        /** Holds so many bytes more. @throws AppError webhooks_busy */
        hold(more: number): void {
          if (isReleased) throw over()
          if (more > left) throw busy()
          left -= more
          held += more
        },
        leaveAddress,
        /** Gives everything back. Whatever ends a request may call it: only the first does something. */
        release(): void {
          isReleased = true
          leaveAddress()
          left += held
          held = 0
        },
      }
    },
  }
}

/** A fault of ours: what is worked at without being held fills the memory. */
const over = () => new Error('The body was released while it was still being read')

const busy = () =>
  new AppError(
    'webhooks_busy',
    'Too many large webhooks are being read: send it again in a few seconds',
  )
