import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { OwnedNumber, Telephony } from '../../carriers/ports/telephony.ts'
import type { Logger } from '../../platform/logger.ts'
import { type SmsStatus, smsStatusOf } from '../phone-number.ts'
import type { NumberUrls } from '../sync/number-urls.ts'
import { type LeasedOrder, type Order, phoneOf } from './order.ts'
import type { OrderStore } from './order-store.ts'
import { takeUpBought } from './take-up.ts'

interface BuyDeps {
  store: OrderStore
  telephony: Telephony
  routes: NumberUrls
  manualImport: boolean
  usSmsStatus: SmsStatus
  log: Logger
  /** Whether what the order has bought was looked for since its lease began. */
  hasSearched: boolean
  /** Asks ElevenLabs while the number is bought. */
  askAhead: () => void
}

/** A purchase that the carrier certainly did not carry out, so it may be sent again. */
export class PurchaseNotSent extends Error {
  override name = 'PurchaseNotSent'
  override readonly cause: CarrierError

  constructor(cause: CarrierError) {
    super(cause.message, { cause })
    this.cause = cause
  }
}

/**
 * Buys exactly the chosen number. The request is sent once: after an unknown outcome, or a crash
 * since `begin_buy`, the account is looked at instead, and only two empty looks far enough apart
 * give the candidate up. Where the number was chosen earlier than now, what the order has bought since,
 * unknown to a database that went back in time, is looked for first. Nothing is bought while the
 * organization is suspended, or beyond the daily limit.
 */
export async function buy(order: LeasedOrder, deps: BuyDeps): Promise<Order> {
  const { phone_number: phoneNumber } = phoneOf(order)
  if (!deps.hasSearched && !order.purchase_in_doubt) {
    const takenUp = await takeUpBought(order, deps)
    if (takenUp) return takenUp
  }
  const { first, parked, ask_elevenlabs: mayAsk } = await deps.store.beginBuy(order)
  if (parked) return parked
  if (!first) return searchAccount(order, deps, 'an earlier purchase request went unanswered')
  if (mayAsk) deps.askAhead()
  try {
    const owned = await deps.telephony.buyNumber({
      phoneNumber,
      friendlyName: order.tag,
      routing: deps.routes.unanswered,
    })
    return await recordBought(order, { ...owned, boughtAt: null }, deps)
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error
    if (error.outcomeUnknown) return searchAccount(order, deps, error.message)
    const { failure, message } = error
    if (failure === 'number_taken') return deps.store.giveUpCandidate(order, 'taken', message)
    if (failure === 'number_invalid') return deps.store.giveUpCandidate(order, 'refused', message)
    throw new PurchaseNotSent(error)
  }
}

async function searchAccount(order: LeasedOrder, deps: BuyDeps, doubt: string): Promise<Order> {
  const { phone_number: phoneNumber } = phoneOf(order)
  const owned = await deps.telephony.findNumber(phoneNumber)
  if (!owned)
    return deps.store.recordNotFound(order, `${doubt}; ${phoneNumber} is not in the account yet`)
  if (owned.friendlyName === order.tag) return recordBought(order, owned, deps)
  return deps.store.giveUpCandidate(
    order,
    'taken',
    `${phoneNumber} was bought for something else in this account`,
  )
}

async function recordBought(
  order: LeasedOrder,
  { sid, capabilities, boughtAt }: OwnedNumber,
  deps: BuyDeps,
): Promise<Order> {
  const { phone_number: phoneNumber, country } = phoneOf(order)
  const recorded = await deps.store.recordBought(order, {
    twilioPhoneSid: sid,
    capabilities,
    smsStatus: smsStatusOf(country, capabilities, deps.usSmsStatus),
    manualImport: deps.manualImport,
    boughtAt,
  })
  deps.log.info(
    { orderId: order.id, organizationId: order.organization_id, phoneNumber, twilioSid: sid },
    'phone number purchased',
  )
  return recorded
}
