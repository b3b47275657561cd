import type { NumberCandidate, Telephony } from '../../carriers/ports/telephony.ts'
import type { Order } from './order.ts'

const SEARCH_LIMIT = 50

/** How long a batch chooses from one search: a number that is listed is reserved for nobody. */
const KEPT_MS = 10_000

/** Where a number is searched for; without either in the whole country. */
export interface Place {
  areaCode?: string
  region?: string
}

/** What the carrier has for sale in one place. */
export interface Search {
  /** The order that it was made for. */
  orderId: string
  startedAt: number
  found: Promise<NumberCandidate[]>
  /** Chosen by orders already, and offered to no other. */
  taken: Set<string>
}

export type Searches = ReturnType<typeof createSearches>

/** Searches at the carrier. The orders of a batch want the same, so one search serves many of them. */
export function createSearches(telephony: Pick<Telephony, 'searchNumbers'>) {
  const ofBatches = new Map<string, Search>()

  function begin(order: Order, place: Place): Search {
    const { country } = order
    const found = telephony.searchNumbers({ country, ...place, limit: SEARCH_LIMIT })
    // Whether it failed matters only to whoever waits for it.
    found.catch(() => {})
    return { orderId: order.id, startedAt: performance.now(), found, taken: new Set() }
  }

  /**
   * @param exhausted the search in which the order found nothing of use; it is answered by a newer one.
   *   An order that comes back because its number was gone has a newer one, too
   */
  return (order: Order, place: Place, exhausted?: Search): Search => {
    if (!order.batch_id) return begin(order, place)
    const now = performance.now()
    for (const [key, { startedAt }] of ofBatches)
      if (startedAt + KEPT_MS <= now) ofBatches.delete(key)

    const key = JSON.stringify([order.batch_id, place])
    const kept = ofBatches.get(key)
    const isOfUse = kept !== exhausted && (exhausted || order.attempts === 0)
    if (kept && isOfUse) return kept
    const search = begin(order, place)
    ofBatches.set(key, search)
    search.found.catch(() => ofBatches.get(key) === search && ofBatches.delete(key))
    return search
  }
}
