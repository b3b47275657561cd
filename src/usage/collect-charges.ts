import type { Billing, CarrierCharge } from '../carriers/ports/billing.ts'
import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { LeasedWork } from '../database/lease.ts'
import type { Logger } from '../platform/logger.ts'
import type { ChargeStore } from './charge-store.ts'

/** How often the prices of all numbers are asked for anew. */
const PRICES_EVERY_MS = 86_400_000

/** As many as one transaction records well within any time-out of the database. */
const RECORDED_AT_ONCE = 1_000

/**
 * One turn of the `usage` loop: lists what the telephone company charges for texts and calls, again
 * where a price was missing, and asks what numbers cost: all of them once a day, new ones at once.
 */
export function createCollectCharges(deps: {
  billing: Billing
  store: ChargeStore
  log: Logger
}): LeasedWork<{ pricedAt: number }> {
  const { billing, store, log } = deps

  async function record(charges: CarrierCharge[]): Promise<void> {
    for (let from = 0; from < charges.length; from += RECORDED_AT_ONCE) {
      await store.record(charges.slice(from, from + RECORDED_AT_ONCE))
    }
  }

  /**
   * False where the turn ended before the list did. The newest come first, so a leg may be pages
   * ahead of its call, which tells whose it is, and is erased at the carrier once its price is
   * known: a leg is recorded with its call, or, where that is not listed any more, last.
   */
  async function recordAll(
    pages: AsyncIterable<CarrierCharge[]>,
    signal: AbortSignal,
  ): Promise<boolean> {
    let waiting: CarrierCharge[] = []
    for await (const page of pages) {
      if (signal.aborted) return false
      const [own, legs] = partition(page, ({ parentSid }) => parentSid === null)
      const sids = new Set(own.map(({ sid }) => sid))
      const [ofThese, others] = partition([...waiting, ...legs], ({ parentSid }) =>
        sids.has(parentSid ?? ''),
      )
      waiting = others
      const together = Map.groupBy([...own, ...ofThese], ({ sid, parentSid }) => parentSid ?? sid)
      await record([...together.values()].flat())
    }
    await record(waiting)
    return true
  }

  /** A country that the company has no prices for keeps the rate; the others must not wait for it. */
  async function price(country: string): Promise<void> {
    try {
      await store.recordNumberPrices(country, await billing.getNumberPrices(country))
    } catch (thrown) {
      if (!(thrown instanceof CarrierError && thrown.kind === 'not_found')) throw thrown
      log.warn({ err: thrown, country }, 'no prices of numbers; the rate of the settings stands')
    }
  }

  return async (signal, { pricedAt = 0 }) => {
    const pricesAreOld = Date.now() - pricedAt >= PRICES_EVERY_MS
    const { list_from: from, list_to: to, countries } = await store.due(pricesAreOld)
    if (from !== null) {
      const isComplete =
        (await recordAll(billing.listMessageCharges(from), signal)) &&
        (await recordAll(billing.listCallCharges(from), signal))
      if (!isComplete) return undefined
      await store.recordListed(to)
    }
    for (const country of countries) {
      if (signal.aborted) return undefined
      await price(country)
    }
    return pricesAreOld ? { pricedAt: Date.now() } : { pricedAt }
  }
}

function partition<Item>(items: Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
