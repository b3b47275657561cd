import type { World } from '../core/world.ts'
import { dollars } from './rates.ts'

/** Takes the money for a message or a call at once; its row tells the price later. */
export function charge(
  world: World,
  what: 'messages' | 'calls',
  { sid }: { sid: string },
  micros: number,
): void {
  world.change(({ twilio }) => {
    twilio.spent += micros
    twilio.spentOn[what] += micros
    twilio.unrated.push({ sid, micros, since: Date.now() })
  })
}

/** Writes the prices that are known by now into their rows; to be called before rows are shown. */
export function reportPrices(world: World): void {
  const { unrated, priceDelayMs } = world.state.twilio
  const due = unrated.filter(({ since }) => since + priceDelayMs <= Date.now())
  if (due.length === 0) return
  const prices = new Map(due.map(({ sid, micros }) => [sid, micros]))
  world.change(({ twilio }) => {
    for (const row of [...twilio.messages, ...twilio.calls]) {
      const micros = prices.get(row.sid)
      // A charge is negative, as from the account's balance.
      if (micros !== undefined) row.price = `${micros === 0 ? '' : '-'}${dollars(micros)}`
    }
    twilio.unrated = twilio.unrated.filter(({ sid }) => !prices.has(sid))
  })
}
