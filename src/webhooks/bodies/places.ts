import { AppError } from '../../platform/errors.ts'

/** What Twilio sends at most, and nearly all reports fit into: so much of a body needs no place. */
export const SMALL_BODY = 64 * 1_024

/** Of one address, at the same time. */
const PER_ADDRESS = 2

/** Of everybody, at the same time: what is held of larger bodies, unpacked. Two of the largest reports. */
const ALL_BYTES = 50 * 1_024 * 1_024

export type Places = ReturnType<typeof createPlaces>
export type Place = ReturnType<Places['open']>

/**
 * Room for bodies that are larger than small, while nobody knows yet who sends them. Whoever finds none
 * is to come again, because the sender may be a true one.
 */
export function createPlaces({ perAddress = PER_ADDRESS, bytes = ALL_BYTES } = {}) {
  const taken = new Map<string, number>()
  let left = bytes

  return {
    /** @throws AppError webhooks_busy */
    open(address: string) {
      const others = taken.get(address) ?? 0
      if (others >= perAddress) throw busy()
      taken.set(address, others + 1)
      let isOfAddress = true
      let held = 0
      const leaveAddress = () => {
        if (!isOfAddress) return
        isOfAddress = false
        const rest = (taken.get(address) ?? 1) - 1
        if (rest > 0) taken.set(address, rest)
        else taken.delete(address)
      }
      return {
        /** Holds so many bytes more. @throws AppError webhooks_busy */
        hold(more: number): void {
          if (more > left) throw busy()
          left -= more
          held += more
        },
        /** Its sender is known: the address may send another, while this one is worked at. */
        leaveAddress,
        /** Gives everything back, once. */
        release(): void {
          leaveAddress()
          left += held
          held = 0
        },
      }
    },
  }
}

const busy = () =>
  new AppError(
    'webhooks_busy',
    'Too many large webhooks are being read: send it again in a few seconds',
  )
