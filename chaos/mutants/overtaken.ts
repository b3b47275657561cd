import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { FREED_ORDERS } from '../leases-end.ts'
import { until } from '../until.ts'
import type { Variant } from '../variant.ts'

/** What keeps apart what two servers of a deployment do with the same order. */
interface Meeting {
  /** The first, which knows nothing of the second, has bought, too. */
  hasBoughtAgain: PromiseWithResolvers<void>
  /** Comes when the second need not stand still any more. */
  isOver: () => Promise<void>
  purchases: number
}

/**
 * Whichever server searches first stands still, with the answer in its hands, until another one has taken its
 * order over, bought, and recorded that; that one hears from ElevenLabs once the first has bought, too, or
 * after `givenMs`: a sound product refuses the first, and nobody else hears of that.
 */
export function overtaken(givenMs: number) {
  /** By deployment. */
  const meetings = new Map<string, Meeting>()
  return {
    telephony: (real, databaseUrl) => ({
      ...real,
      async searchNumbers(query) {
        const found = await real.searchNumbers(query)
        if (!meetings.has(databaseUrl)) {
          meetings.set(databaseUrl, newMeeting(givenMs))
          await untilOvertaken(databaseUrl)
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
        await meetings.get(databaseUrl)?.isOver()
        return real.findNumber(phoneNumber)
      },
    }),
  } satisfies Variant
}

function newMeeting(givenMs: number): Meeting {
  const hasBoughtAgain = Promise.withResolvers<void>()
  let over: Promise<void> | undefined
  return {
    hasBoughtAgain,
    isOver() {
      over ??= Promise.race([hasBoughtAgain.promise, sleep(givenMs)])
      return over
    },
    purchases: 0,
  }
}

/** Ends the leases of orders, and waits until one of them knows that it has bought. */
async function untilOvertaken(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(FREED_ORDERS)
  const bought = "select from orgline.number_order_attempts where outcome = 'bought'"
  await until(async () => (await client.query(bought)).rowCount !== 0)
  await client.end()
}
