import type { Line } from './outside.ts'
import { isToBeAnswered } from './settings-law.ts'
import { Refusal, type Reply } from './sql-calls.ts'
import type { World } from './world.ts'

/** What comes of the next request to a carrier. */
export type Fortune =
  | 'well'
  /** Not answered, and carried out some time later, or never. */
  | 'late'
  /** Somebody else has it. */
  | 'taken'
  /** Fails for now, or for good. */
  | 'fails'
  | 'refused'
  /** Bought, and the import is left to a person. */
  | 'byHand'

const toFound = ({ phoneNumber, sid }: Line) => ({
  phone_number: phoneNumber,
  country: 'CA',
  region: 'BC',
  area_code: phoneNumber.slice(2, 5),
  twilio_phone_sid: sid,
  capabilities: {},
})

const LEASE_SECONDS = 60
const DAILY_LIMIT = 1_000

/**
 * One worker of the orders loop: takes an order as far as it goes. It yields, with the number it
 * is about, wherever a process may stop: between any request outside and its record.
 */
export async function* workOff(world: World, orderId: string | null, fortunes: Fortune[]) {
  const claim = await world.call('claim_order', {
    p_order_id: orderId,
    p_lease_seconds: LEASE_SECONDS,
  })
  if (claim.status === 'claimed') yield* goOnWith(world, claim.order, fortunes)
}

/** Goes on with an order that is leased already; ends where the lease was lost. */
export async function* goOnWith(world: World, leased: Reply, fortunes: Fortune[]) {
  let order = leased
  while (order.lease_token) {
    yield order.phone?.phone_number as string | undefined
    try {
      order = yield* takeStep(world, order, fortunes.shift() ?? 'well')
    } catch (error) {
      if (error instanceof Refusal && error.code === 'OL006') return
      throw error
    }
  }
}

async function* takeStep(world: World, order: Reply, fortune: Fortune) {
  const { outside } = world
  const number: string | undefined = order.phone?.phone_number
  const record = (name: string, args: Record<string, unknown> = {}) =>
    world.call(name, { p_order_id: order.id, p_token: order.lease_token, ...args })
  if (order.step === 'choose') return await choose()
  if (!number) throw new Error(`order ${order.id} has no number at ${order.step}`)
  if (order.step === 'buy') return yield* buy(number)
  if (fortune === 'fails' || fortune === 'refused') return await fail(false)

  if (order.step === 'import') {
    if (!outside.imports.has(number)) {
      await record('renew_order_lease', { p_lease_seconds: LEASE_SECONDS })
      outside.point(number, true)
    }
    const id = outside.import(number)
    yield number
    return await record('record_imported', { p_elevenlabs_phone_id: id })
  }
  await record('renew_order_lease', { p_lease_seconds: LEASE_SECONDS })
  outside.point(number, isToBeAnswered(order.phone))
  yield number
  return await record('record_settled', {
    p_agent_id: null,
    p_default_agent_id: 'agent_ours',
    p_inbound_voice: 'elevenlabs',
  })

  async function choose(): Promise<Reply> {
    const found = [...outside.lines.values()].filter(({ tag }) => tag === order.tag)
    const takenUp = await record('take_up_bought_number', {
      p_found: JSON.stringify(found.map(toFound)),
    })
    if (takenUp.taken) return takenUp.order as Reply
    const offer = outside.forSale(order.area_code).map((phone_number) => ({
      phone_number,
      country: 'CA',
      region: 'BC',
      area_code: phone_number.slice(2, 5),
      capabilities: {},
    }))
    if (offer.length === 0 || order.attempts >= 5 || fortune === 'refused') return fail(false, true)
    const choice = await record('choose_number', {
      p_candidates: JSON.stringify(offer),
      p_daily_limit: DAILY_LIMIT,
    })
    return choice.result === 'none_free' ? fail(false) : (choice.order as Reply)
  }

  async function* buy(phoneNumber: string): AsyncGenerator<string | undefined, Reply> {
    const begun = await record('begin_buy', {
      p_lease_seconds: LEASE_SECONDS,
      p_daily_limit: DAILY_LIMIT,
    })
    if (begun.parked) return begun.parked
    if (!begun.first) return await look(phoneNumber)
    outside.ask(order.tag, phoneNumber)
    if (fortune === 'fails' || fortune === 'refused') {
      outside.forget(order.tag, phoneNumber)
      return await fail(true)
    }
    if (fortune === 'taken' || outside.lines.has(phoneNumber)) {
      outside.sellElsewhere(phoneNumber)
      return await record('give_up_candidate', { p_outcome: 'taken', p_error: 'it is taken' })
    }
    if (fortune === 'late') outside.delay(order.tag, phoneNumber)
    else outside.own(phoneNumber, order.tag)
    yield phoneNumber
    return await look(phoneNumber)
  }

  async function look(phoneNumber: string): Promise<Reply> {
    const line = outside.lines.get(phoneNumber)
    if (!line) {
      return record('record_empty_look', {
        p_look_interval_ms: 60_000,
        p_error: 'it is not there yet',
      })
    }
    if (line.tag !== order.tag)
      return record('give_up_candidate', { p_outcome: 'taken', p_error: 'it is another order’s' })
    return record('record_bought', {
      p_twilio_phone_sid: line.sid,
      p_capabilities: {},
      p_sms_status: 'ready',
      p_import_by_hand: fortune === 'byHand',
      p_inbound_voice: 'elevenlabs',
      p_bought_at: null,
    })
  }

  function fail(notSent: boolean, forGood = fortune === 'refused'): Promise<Reply> {
    if (forGood)
      return record('record_permanent_failure', { p_error: 'it is refused', p_not_sent: notSent })
    return record('record_failure', {
      p_error: 'it failed',
      p_delay_ms: 30_000,
      p_max_attempts: 3,
      p_not_sent: notSent,
    })
  }
}
