import type { NumberCandidate, Telephony } from '../../carriers/ports/telephony.ts'
import { areaCodeOf, checkAreaCode } from '../../telephony/area-codes.ts'
import { type LeasedOrder, type Order, phoneOf } from './order.ts'
import { OrderProblem } from './order-error.ts'
import type { Candidate, OrderStore } from './order-store.ts'
import type { Place, Search, Searches } from './searches.ts'
import { takeUpBought } from './take-up.ts'

/** Nothing is for sale where the order may look; only a person can change the order. */
export class NothingForSale extends OrderProblem {
  override name = 'NothingForSale'
}

/** Other orders hold every candidate for the moment. */
class AllCandidatesTaken extends OrderProblem {
  override name = 'AllCandidatesTaken'
}

interface ChooseDeps {
  store: OrderStore
  telephony: Telephony
  searches: Searches
}

/**
 * Searches at the carrier and commits to the first candidate nobody has. Begins with the area code,
 * widens to its region (which covers the region's other codes) and then to the country. Meanwhile it
 * looks for what the order has bought already, which is then its number.
 */
export async function choose(order: LeasedOrder, deps: ChooseDeps): Promise<Order> {
  const [narrowest, ...wider] = placesFor(order)
  const searching = deps.searches(order, narrowest)
  const takenUp = await takeUpBought(order, deps)
  if (takenUp) return takenUp
  let found = false
  for (const place of [narrowest, ...wider]) {
    const search = place === narrowest ? searching : deps.searches(order, place)
    const choice = await chooseIn(place, search, order, deps)
    if (typeof choice !== 'string') return choice
    if (choice === 'taken') found = true
    else await deps.store.renew(order)
  }
  if (found) throw new AllCandidatesTaken('all_taken')
  const place =
    order.area_code && order.area_code_only ? `area code ${order.area_code}` : order.country
  throw new NothingForSale('not_for_sale', place)
}

/** Of what was found for another order of the batch everything may be taken by now; then it is searched anew. */
async function chooseIn(
  place: Place,
  first: Search,
  order: LeasedOrder,
  deps: ChooseDeps,
): Promise<Order | 'taken' | 'nothing for sale'> {
  let search = first
  for (;;) {
    const found = await search.found
    if (found.length === 0) return 'nothing for sale'
    const candidates = found.filter(({ phoneNumber }) => !search.taken.has(phoneNumber))
    const choice = candidates[0] && (await deps.store.choose(order, candidates.map(toCandidate)))
    if (choice && choice.result !== 'none_free') {
      if (choice.result === 'chosen') search.taken.add(phoneOf(choice.order).phone_number)
      return choice.order
    }
    if (search.orderId === order.id) return 'taken'
    await deps.store.renew(order)
    search = deps.searches(order, place, search)
  }
}

function placesFor(order: Order): [Place, ...Place[]] {
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
