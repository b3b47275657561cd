import type { Billing, CarrierCharge } from '../carriers/ports/billing.ts'
import { CarrierError, refusesAll } from '../carriers/ports/carrier-error.ts'
import type { OnUnreadable } from '../carriers/ports/unreadable.ts'
import type { LeasedWork } from '../database/lease.ts'
import type { Logger } from '../platform/logger.ts'
import type { ChargeStore } from './charge-store.ts'

/** How often the prices of all numbers are asked for anew. */
const PRICES_EVERY_MS = 86_400_000

/** As many as one transaction records well within any time-out of the database. */
const RECORDED_AT_ONCE = 1_000

/** How many of the charges that cannot be read the log names. */
const NAMED = 20

/**
 * One turn of the `usage` loop: lists what the telephone company charges for texts and calls, again
 * where a price was missing, and asks what numbers cost: all of them once a day, new ones at once.
 * A charge that cannot be read is named in the log, and holds up no other.
 * @throws CarrierError where a list, or the prices of a country, cannot be had; other countries have theirs then
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
    list: (onUnreadable: OnUnreadable) => AsyncIterable<CarrierCharge[]>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const unread: Parameters<OnUnreadable>[0][] = []
    const pages = list((row) => void unread.push(row))
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
    if (unread.length > 0) {
      const sids = unread.slice(0, NAMED).map(({ id }) => id ?? null)
      log.warn(
        { count: unread.length, sids, reason: unread[0]?.reason },
        'charges that cannot be read: what they are for stays estimated',
      )
    }
    return true
  }

  /** A country that the company has no prices for keeps the rate. */
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
        (await recordAll((odd) => billing.listMessageCharges(from, odd), signal)) &&
        (await recordAll((odd) => billing.listCallCharges(from, odd), signal))
      if (!isComplete) return undefined
      await store.recordListed(to)
    }
    const failures: CarrierError[] = []
    for (const country of countries) {
      if (signal.aborted) return undefined
      try {
        await price(country)
      } catch (thrown) {
        if (!(thrown instanceof CarrierError) || refusesAll.has(thrown.kind)) throw thrown
        failures.push(thrown)
      }
    }
    if (failures[0]) throw failures[0]
    return pricesAreOld ? { pricedAt: Date.now() } : { pricedAt }
  }
}

function partition<Item>(items: Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
