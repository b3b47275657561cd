import type { FunctionName } from '../../../src/database/db.ts'
import type { DatabaseFunctions } from '../../../src/database/functions.ts'
import type { Line } from './carriers.ts'
import { isToBeAnswered } from './settings-law.ts'
import { Refusal, type Reply } from './sql-calls.ts'
import { PUBLIC_URL, type World } from './world.ts'

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
  | 'manual'

const toFound = ({ phoneNumber, sid }: Line) => ({
  phone_number: phoneNumber,
  country: 'CA',
  region: 'BC',
  area_code: phoneNumber.slice(2, 5),
  twilio_phone_sid: sid,
  capabilities: {},
})

const LEASE_SECONDS = 60
const DAILY_LIMITS = { first: 1_000, further: 1_000, operators: 1_000 }

/**
 * One worker of the orders loop: takes an order as far as it goes. It yields, with the number it
 * is about, wherever a process may stop: between any request outside and its record.
 */
export async function* workOff(world: World, orderId: string | null, fortunes: Fortune[]) {
  const claim = orderId
    ? await world.call('claim_order', {
        orderId,
        leaseSeconds: LEASE_SECONDS,
        publicUrl: PUBLIC_URL,
      })
    : await world.call('claim_next_order', { leaseSeconds: LEASE_SECONDS, publicUrl: PUBLIC_URL })
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
  const { atCarriers } = world
  const number: string | undefined = order.phone?.phone_number
  const record = <Name extends FunctionName>(
    name: Name,
    args: Omit<DatabaseFunctions[Name], 'orderId' | 'token'>,
  ) => {
    const whole = { orderId: order.id, token: order.lease_token, ...args }
    return world.call(name, whole as unknown as DatabaseFunctions[Name])
  }
  if (order.step === 'choose') return await choose()
  if (!number) throw new Error(`order ${order.id} has no number at ${order.step}`)
  if (order.step === 'buy') return yield* buy(number)
  if (fortune === 'fails' || fortune === 'refused') return await fail(false)

  if (order.step === 'import') {
    if (!atCarriers.imports.has(number)) {
      await record('renew_order_lease', { leaseSeconds: LEASE_SECONDS })
      atCarriers.point(number, true)
    }
    const id = atCarriers.import(number)
    yield number
    return await record('record_imported', { elevenlabsPhoneId: id, tokenHash: null, made: true })
  }
  await record('renew_order_lease', { leaseSeconds: LEASE_SECONDS })
  atCarriers.point(number, isToBeAnswered(order.phone))
  yield number
  return await record('record_synced', {
    agentId: null,
    defaultAgentId: 'agent_ours',
    inboundVoice: 'elevenlabs',
    carriers: ['twilio', 'elevenlabs'],
    publicUrl: PUBLIC_URL,
  })

  async function choose(): Promise<Reply> {
    const found = [...atCarriers.lines.values()].filter(({ tag }) => tag === order.tag)
    const takenUp = await record('take_up_bought_number', {
      found: JSON.stringify(found.map(toFound)),
    })
    if (takenUp.taken) return takenUp.order as Reply
    const offer = atCarriers.forSale(order.area_code).map((phone_number) => ({
      phone_number,
      country: 'CA',
      region: 'BC',
      area_code: phone_number.slice(2, 5),
      capabilities: {},
    }))
    if (offer.length === 0 || order.attempts >= 5 || fortune === 'refused') return fail(false, true)
    const choice = await record('choose_number', {
      candidates: JSON.stringify(offer),
      dailyLimits: DAILY_LIMITS,
    })
    return choice.result === 'none_free' ? fail(false) : (choice.order as Reply)
  }

  async function* buy(phoneNumber: string): AsyncGenerator<string | undefined, Reply> {
    const begun = await record('begin_buy', {
      leaseSeconds: LEASE_SECONDS,
      dailyLimits: DAILY_LIMITS,
      publicUrl: PUBLIC_URL,
    })
    if (begun.parked) return begun.parked
    if (!begun.first) return await find(phoneNumber)
    atCarriers.ask(order.tag, phoneNumber)
    if (fortune === 'fails' || fortune === 'refused') {
      atCarriers.forget(order.tag, phoneNumber)
      return await fail(true)
    }
    if (fortune === 'taken' || atCarriers.lines.has(phoneNumber)) {
      atCarriers.sellElsewhere(phoneNumber)
      return await record('give_up_candidate', { outcome: 'taken', error: 'it is taken' })
    }
    if (fortune === 'late') atCarriers.delay(order.tag, phoneNumber)
    else atCarriers.own(phoneNumber, order.tag)
    yield phoneNumber
    return await find(phoneNumber)
  }

  async function find(phoneNumber: string): Promise<Reply> {
    const line = atCarriers.lines.get(phoneNumber)
    if (!line) {
      return record('record_not_found', {
        recheckIntervalMs: 60_000,
        error: 'it is not there yet',
        stopError: 'it is not there',
      })
    }
    if (line.tag !== order.tag)
      return record('give_up_candidate', { outcome: 'taken', error: 'it is another order’s' })
    return record('record_bought', {
      twilioPhoneSid: line.sid,
      capabilities: {},
      smsStatus: 'ready',
      manualImport: fortune === 'manual',
      inboundVoice: 'elevenlabs',
      boughtAt: null,
      publicUrl: PUBLIC_URL,
    })
  }

  function fail(notSent: boolean, forGood = fortune === 'refused'): Promise<Reply> {
    if (forGood)
      return record('record_permanent_failure', {
        error: 'it is refused',
        notSent,
        byCarrier: true,
      })
    return record('record_failure', {
      error: 'it failed',
      delayMs: 30_000,
      maxAttempts: 3,
      notSent,
      byCarrier: true,
    })
  }
}
