import type { NumberCandidate, Telephony } from '../../carriers/ports/telephony.ts'
import { areaCodeOf, checkAreaCode } from '../../telephony/area-codes.ts'
import type { LeasedOrder, Order } from './order.ts'
import { ALL_TAKEN, NOT_FOR_SALE } from './order-error.ts'
import type { Candidate, OrderStore } from './order-store.ts'
import { takeUpBought } from './take-up.ts'

const SEARCH_LIMIT = 50

/** Nothing is for sale where the order may look; only a person can change the order. */
export class NothingForSale extends Error {
  override name = 'NothingForSale'
}

/** Other orders hold every candidate for the moment. */
class AllCandidatesTaken extends Error {
  override name = 'AllCandidatesTaken'
}

/**
 * Searches at the carrier and commits to the first candidate nobody has. Begins with the area code,
 * widens to its region (which covers the region's other codes) and then to the country. Meanwhile it
 * looks for what the order has bought already, which is then its number.
 */
export async function choose(
  order: LeasedOrder,
  deps: { store: OrderStore; telephony: Telephony },
): Promise<Order> {
  const search = (query: Place) =>
    deps.telephony.searchNumbers({ country: order.country, ...query, limit: SEARCH_LIMIT })
  const [narrowest, ...wider] = searchesFor(order)
  const searching = search(narrowest)
  // Whether it failed matters only where nothing was bought.
  searching.catch(() => {})
  const takenUp = await takeUpBought(order, deps)
  if (takenUp) return takenUp
  let found = false
  for (const query of [undefined, ...wider]) {
    const candidates = await (query ? search(query) : searching)
    if (candidates.length === 0) {
      await deps.store.renew(order)
      continue
    }
    found = true
    const choice = await deps.store.choose(order, candidates.map(toCandidate))
    if (choice.result !== 'none_free') return choice.order
  }
  if (found) throw new AllCandidatesTaken(ALL_TAKEN)
  const place =
    order.area_code && order.area_code_only ? `area code ${order.area_code}` : order.country
  throw new NothingForSale(`${NOT_FOR_SALE} ${place}`)
}

interface Place {
  areaCode?: string
  region?: string
}

function searchesFor(order: Order): [Place, ...Place[]] {
  const asked = order.area_code === null ? undefined : checkAreaCode(order.area_code)
  if (!asked?.ok) return [{}]
  const { code, region } = asked.areaCode
  return order.area_code_only ? [{ areaCode: code }] : [{ areaCode: code }, { region }, {}]
}

function toCandidate(number: NumberCandidate): Candidate {
  const areaCode = areaCodeOf(number.phoneNumber)
  return {
    phone_number: number.phoneNumber,
    country: number.country,
    region: number.region ?? areaCode?.region ?? null,
    area_code: areaCode?.code ?? null,
    capabilities: number.capabilities,
  }
}
