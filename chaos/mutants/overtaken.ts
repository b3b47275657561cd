import { setTimeout as sleep } from 'node:timers/promises'
import type { Variant } from '../variant.ts'

/** What keeps apart what two servers of a deployment do with the same order. */
interface Meeting {
  /** The second has bought, and its order knows. */
  hasOvertaken: PromiseWithResolvers<void>
  /** The first, which knows nothing of that, has bought, too. */
  hasBoughtAgain: PromiseWithResolvers<void>
  /** Comes when the second need not stand still any more. */
  isOver: () => Promise<void>
  purchases: number
}

/** By deployment. */
const meetings = new Map<string, Meeting>()

/** A sound product refuses the first, which nobody else hears of: that much time it gets to do wrong. */
const GIVEN_MS = 20_000

/**
 * Whichever server searches first stands still, with the answer in its hands, until another one has taken its
 * order over and bought; that one goes on, by asking ElevenLabs for the number, once the first has bought, too.
 */
export const overtaken = {
  telephony: (real, databaseUrl) => ({
    ...real,
    async searchNumbers(query) {
      const found = await real.searchNumbers(query)
      if (!meetings.has(databaseUrl)) {
        const meeting = newMeeting()
        meetings.set(databaseUrl, meeting)
        await meeting.hasOvertaken.promise
      }
      return found
    },
    async buyNumber(purchase) {
      const bought = await real.buyNumber(purchase)
      const meeting = meetings.get(databaseUrl)
      if (meeting && ++meeting.purchases === 2) meeting.hasBoughtAgain.resolve()
      return bought
    },
  }),
  voiceAgents: (real, databaseUrl) => ({
    ...real,
    async findNumber(phoneNumber) {
      const meeting = meetings.get(databaseUrl)
      meeting?.hasOvertaken.resolve()
      await meeting?.isOver()
      return real.findNumber(phoneNumber)
    },
  }),
  // Leases end soon enough for that.
  settings: (now) => ({ ...now, CARRIER_TIMEOUT_MS: '500' }),
} satisfies Variant

function newMeeting(): Meeting {
  const hasBoughtAgain = Promise.withResolvers<void>()
  let over: Promise<void> | undefined
  return {
    hasOvertaken: Promise.withResolvers(),
    hasBoughtAgain,
    isOver() {
      over ??= Promise.race([hasBoughtAgain.promise, sleep(GIVEN_MS)])
      return over
    },
    purchases: 0,
  }
}
