import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import { CarrierError } from '../../src/carriers/ports.ts'
import type { ChangeTelephony } from './variant.ts'

/** Longer than an order's lease, and than a busy machine takes to go on with it. */
const STALL_MS = 5_500

/** Never finds what an order has bought before it buys again. */
export const forgetful: ChangeTelephony = (real) => ({
  ...real,
  findNumbersNamed: async () => [],
})

/**
 * Sends a purchase again until it is answered; on a busy machine the second may not be in time either.
 * The look before the next purchase would mend it.
 */
export const repeating: ChangeTelephony = (real, databaseUrl) => ({
  ...forgetful(real, databaseUrl),
  buyNumber: (purchase) =>
    pRetry(() => real.buyNumber(purchase), {
      retries: 20,
      minTimeout: 0,
      shouldRetry: ({ error }) => error instanceof CarrierError && error.outcomeUnknown,
    }),
})

/** Sees the tag that a number was to get on whatever number is there. */
export const credulous: ChangeTelephony = (real) => {
  const tags = new Map<string, string>()
  return {
    ...real,
    buyNumber(purchase) {
      tags.set(purchase.phoneNumber, purchase.friendlyName)
      return real.buyNumber(purchase)
    },
    async findNumber(phoneNumber) {
      const owned = await real.findNumber(phoneNumber)
      const tag = tags.get(phoneNumber)
      return owned && tag ? { ...owned, friendlyName: tag } : owned
    },
  }
}

const stalled = new Set<string>()

/** Whichever server of a deployment searches first stands still, with the answer in its hands. */
export const stalling: ChangeTelephony = (real, databaseUrl) => ({
  ...real,
  async searchNumbers(query) {
    const found = await real.searchNumbers(query)
    if (!stalled.has(databaseUrl)) {
      stalled.add(databaseUrl)
      await sleep(STALL_MS)
    }
    return found
  },
})
