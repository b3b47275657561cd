import pRetry from 'p-retry'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { ChangeTelephony } from '../variant.ts'

/** Does not find what an order has bought in a time that was lost. */
export const forgetful: ChangeTelephony = (real) => ({ ...real, findNumbersNamed: async () => [] })

/**
 * Sends purchases and texts again until they are answered; on a busy machine the second may not be in
 * time either. The look before the next purchase would mend it.
 */
export const repeating: ChangeTelephony = (real, databaseUrl) => ({
  ...forgetful(real, databaseUrl),
  buyNumber: (purchase) => untilAnswered(() => real.buyNumber(purchase)),
  sendMessage: (message) => untilAnswered(() => real.sendMessage(message)),
})

function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  return pRetry(ask, {
    retries: 20,
    minTimeout: 0,
    shouldRetry: ({ error }) => error instanceof CarrierError && error.outcomeUnknown,
  })
}

/** Believes that a number's voice URL is what it was last told to be, and does not tell. */
export const hopeful: ChangeTelephony = (real) => {
  const reported = new Map<string, string>()
  const believed = <T extends { sid: string; voiceUrl: string }>(owned: T): T => ({
    ...owned,
    voiceUrl: reported.get(owned.sid) ?? owned.voiceUrl,
  })
  return {
    ...real,
    async updateSettings(sid, { voiceUrl, ...changes }) {
      if (voiceUrl !== undefined) reported.set(sid, voiceUrl)
      return believed(await real.updateSettings(sid, changes))
    },
    getNumber: async (sid) => believed(await real.getNumber(sid)),
    async *listNumbers(about) {
      for await (const page of real.listNumbers(about)) yield page.map(believed)
    },
  }
}

/** Lists only what was answered to be bought. */
export const shortSighted: ChangeTelephony = (real) => {
  const seen = new Set<string>()
  return {
    ...real,
    async buyNumber(purchase) {
      const bought = await real.buyNumber(purchase)
      seen.add(bought.sid)
      return bought
    },
    async *listNumbers(about) {
      for await (const page of real.listNumbers(about))
        yield page.filter(({ sid }) => seen.has(sid))
    },
  }
}

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
