import { z } from 'zod'
import type { Carrier } from '../../carriers/ports/carrier-error.ts'
import type { OwnedNumber } from '../../carriers/ports/telephony.ts'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import type { InboundVoice, SmsStatus } from '../phone-number.ts'
import { placeOf } from '../place-of.ts'
import { type LeasedOrder, Order } from './order.ts'

const Claim = z.object({
  status: z.enum(['claimed', 'paused', 'elsewhere', 'none']),
  order: Order.nullish(),
})
export type Claim = z.infer<typeof Claim>
const Choice = z.object({
  result: z.enum(['chosen', 'none_free', 'limit', 'suspended']),
  order: Order,
})

export interface Candidate {
  phone_number: string
  country: string
  region: string | null
  area_code: string | null
  capabilities: Record<string, boolean>
}

/** A call, as far as it decides which number it comes from. */
export interface CallToPlace {
  actor: Actor
  organizationId: string
  to: string
  from: string | null
  agentId: string | null
}

/** An import that ElevenLabs has. */
export interface ImportMade {
  id: string
  /** Of the Twilio token that it was made with; null: nobody knows. */
  tokenHash: string | null
  /** Whether this very request has made it; else it was found. */
  made: boolean
}

interface Failure {
  error: string
  /** The purchase was certainly not carried out. */
  notSent: boolean
  /** It is a carrier's answer. */
  byCarrier: boolean
}

export type OrderStore = ReturnType<typeof createOrderStore>

/** The ledger's functions. Every result of a step is refused (lease_lost) without the current lease. */
export function createOrderStore(
  db: Database,
  options: {
    leaseMs: number
    recheckIntervalMs: number
    /** Purchases in 24 hours, by whose they are. */
    purchaseDailyLimits: { first: number; further: number; operators: number }
    maxAttempts: number
    /** For organizations that have not chosen. */
    inboundVoice: InboundVoice
    /** For numbers that are for no agent of their own. */
    agentId: string
    /** Of this server; where numbers point at another, orders are left to that. */
    publicUrl: string
  },
) {
  const { publicUrl } = options
  const leaseSeconds = Math.ceil(options.leaseMs / 1_000)
  const under = (order: LeasedOrder) => ({ orderId: order.id, token: order.lease_token })

  return {
    create: (
      actor: Actor,
      order: {
        id: string
        organizationId: string
        country: string | null
        areaCode: string | null
        areaCodeOnly: boolean
      },
    ) =>
      db
        .rpc(
          'create_number_order',
          {
            actor,
            id: order.id,
            organizationId: order.organizationId,
            cause: 'admin',
            country: order.country,
            areaCode: order.areaCode,
            areaCodeOnly: order.areaCodeOnly,
          },
          z.object({ order_id: z.guid() }),
        )
        .then(({ order_id }) => order_id),
    list: (filter: { status: string | null }, page: PageRequest) =>
      db.rpc('list_orders', { ...filter, ...page }, pageSchema(Order)),
    listOf: (organizationId: string, filter: { status: string | null }, page: PageRequest) =>
      db.rpc(
        'list_orders_of_organization',
        { organizationId, ...filter, ...page },
        pageSchema(Order),
      ),
    /** The order that imports the number an organization calls from; null: it needs none. */
    importForCalling: ({ actor, organizationId, to, from, agentId }: CallToPlace) =>
      db
        .rpc(
          'order_import_for_calling',
          { actor, organizationId, to, from, agentId },
          z.object({ order_id: z.guid().nullable() }),
        )
        .then(({ order_id }) => order_id),
    get: (orderId: string) => db.rpc('get_order', { orderId }, Order),
    retry: (actor: Actor, orderId: string) => db.rpc('retry_order', { actor, orderId }, Order),
    cancel: (actor: Actor, orderId: string) => db.rpc('cancel_order', { actor, orderId }, Order),

    /** Leases the given order, if it is due. */
    claim: (orderId: string) => db.rpc('claim_order', { orderId, leaseSeconds, publicUrl }, Claim),
    /** Leases the next order that is due. */
    claimNext: () => db.rpc('claim_next_order', { leaseSeconds, publicUrl }, Claim),
    renew: (order: LeasedOrder) =>
      db.rpc('renew_order_lease', { ...under(order), leaseSeconds }, z.object({})),
    release: (order: LeasedOrder) =>
      db.rpc('return_order_lease', under(order), z.object({ released: z.boolean() })),

    choose: (order: LeasedOrder, candidates: Candidate[]) =>
      db.rpc(
        'choose_number',
        { ...under(order), candidates, dailyLimits: options.purchaseDailyLimits },
        Choice,
      ),
    beginBuy: (order: LeasedOrder) =>
      db.rpc(
        'begin_buy',
        { ...under(order), leaseSeconds, dailyLimits: options.purchaseDailyLimits, publicUrl },
        z.object({
          first: z.boolean(),
          parked: Order.nullable(),
          ask_elevenlabs: z.boolean(),
        }),
      ),
    recordBought: (
      order: LeasedOrder,
      bought: {
        twilioPhoneSid: string
        capabilities: Record<string, boolean>
        smsStatus: SmsStatus
        manualImport: boolean
        /** null: just now. */
        boughtAt: Date | null
      },
    ) =>
      db.rpc(
        'record_bought',
        { ...under(order), ...bought, inboundVoice: options.inboundVoice, publicUrl },
        Order,
      ),
    recordNotFound: (order: LeasedOrder, error: string) =>
      db.rpc(
        'record_not_found',
        {
          ...under(order),
          recheckIntervalMs: options.recheckIntervalMs,
          error,
          stopError: `${error}; two purchases went unanswered, so no third is tried`,
        },
        Order,
      ),
    giveUpCandidate: (order: LeasedOrder, outcome: 'taken' | 'refused', error: string) =>
      db.rpc('give_up_candidate', { ...under(order), outcome, error }, Order),
    /** What the account holds under the order's tag. `taken`: the order goes on with one of these. */
    takeUpBought: (order: LeasedOrder, found: OwnedNumber[]) =>
      db.rpc(
        'take_up_bought_number',
        { ...under(order), found: found.map(toFound) },
        z.object({ taken: z.boolean(), order: Order }),
      ),
    /**
     * Renews the lease, too.
     * @param tokenHash of the Twilio token that is asked with; null: nothing is asked for, or it was refused
     */
    beginImport: (order: LeasedOrder, tokenHash: string | null) =>
      db.rpc('begin_import', { ...under(order), leaseSeconds, tokenHash }, z.object({})),
    recordImported: (order: LeasedOrder, { id: elevenlabsPhoneId, tokenHash, made }: ImportMade) =>
      db.rpc('record_imported', { ...under(order), elevenlabsPhoneId, tokenHash, made }, Order),
    /** @returns null where ElevenLabs says so of too many numbers, and nothing is recorded */
    recordImportGone: (order: LeasedOrder, elevenlabsPhoneId: string) =>
      db
        .rpc(
          'record_import_gone',
          { ...under(order), elevenlabsPhoneId },
          z.object({ order: Order.nullable() }),
        )
        .then((reply) => reply.order),
    skipImport: (order: LeasedOrder) => db.rpc('skip_import', under(order), Order),
    /** @param carriers those that answered, so that none of them refuses our account */
    recordSynced: (order: LeasedOrder, carriers: Carrier[]) =>
      db.rpc(
        'record_synced',
        {
          ...under(order),
          agentId: order.agent_id,
          defaultAgentId: options.agentId,
          inboundVoice: options.inboundVoice,
          carriers,
          publicUrl,
        },
        Order,
      ),

    recordFailure: (order: LeasedOrder, failure: Failure & { delayMs: number }) =>
      db.rpc(
        'record_failure',
        { ...under(order), ...failure, maxAttempts: options.maxAttempts },
        Order,
      ),
    recordPermanentFailure: (order: LeasedOrder, failure: Failure) =>
      db.rpc('record_permanent_failure', { ...under(order), ...failure }, Order),
    pauseCarrier: (
      order: LeasedOrder,
      pause: { carrier: string; pauseMs: number; error: string; notSent: boolean },
    ) => db.rpc('pause_carrier', { ...under(order), ...pause }, Order),
  }
}

function toFound({ phoneNumber, sid, capabilities, boughtAt }: OwnedNumber) {
  const { country, region, areaCode } = placeOf(phoneNumber)
  return {
    phone_number: phoneNumber,
    country,
    region,
    area_code: areaCode,
    twilio_phone_sid: sid,
    capabilities,
    bought_at: boughtAt,
  }
}
