import { z } from 'zod'
import type { OwnedNumber } from '../../carriers/ports/telephony.ts'
import {
  type Database,
  type FunctionName,
  type PageRequest,
  pageSchema,
} from '../../database/db.ts'
import type { InboundVoice, SmsStatus } from '../phone-number.ts'
import { placeOf } from '../place-of.ts'
import { type LeasedOrder, Order } from './order.ts'

const Claim = z.object({ status: z.enum(['claimed', 'paused', 'none']), order: Order.nullish() })
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

export type OrderStore = ReturnType<typeof createOrderStore>

/** The ledger's functions. Every result of a step is refused (lease_lost) without the current lease. */
export function createOrderStore(
  db: Database,
  options: {
    leaseMs: number
    lookIntervalMs: number
    purchaseDailyLimit: number
    maxAttempts: number
    /** For organizations that have not chosen. */
    inboundVoice: InboundVoice
    /** For numbers that are for no agent of their own. */
    agentId: string
  },
) {
  const leaseSeconds = Math.ceil(options.leaseMs / 1_000)
  const record = (name: FunctionName, order: LeasedOrder, args: Record<string, unknown> = {}) =>
    db.rpc(name, { p_order_id: order.id, p_token: order.lease_token, ...args }, Order)

  return {
    create: (order: {
      id: string
      organizationId: string
      country: string | null
      areaCode: string | null
      areaCodeOnly: boolean
    }) =>
      db
        .rpc(
          'create_number_order',
          {
            p_id: order.id,
            p_organization_id: order.organizationId,
            p_cause: 'admin',
            p_country: order.country,
            p_area_code: order.areaCode,
            p_area_code_only: order.areaCodeOnly,
          },
          z.object({ order_id: z.uuid() }),
        )
        .then(({ order_id }) => order_id),
    list: (filter: { status: string | null; organizationId: string | null }, page: PageRequest) =>
      db.rpc(
        'list_orders',
        {
          p_status: filter.status,
          p_organization_id: filter.organizationId,
          p_limit: page.limit,
          p_cursor: page.cursor,
        },
        pageSchema(Order),
      ),
    /** The order that imports the number an organization calls from; null: it needs none. */
    importForCalling: (userId: string | null, organizationId: string) =>
      db
        .rpc(
          'order_import_for_calling',
          { p_user_id: userId, p_organization_id: organizationId },
          z.object({ order_id: z.uuid().nullable() }),
        )
        .then(({ order_id }) => order_id),
    get: (orderId: string) => db.rpc('get_order', { p_order_id: orderId }, Order),
    retry: (orderId: string) => db.rpc('retry_order', { p_order_id: orderId }, Order),
    cancel: (orderId: string) => db.rpc('cancel_order', { p_order_id: orderId }, Order),

    /** Leases the given order, or with null the next that is due. */
    claim: (orderId: string | null) =>
      db.rpc('claim_order', { p_order_id: orderId, p_lease_seconds: leaseSeconds }, Claim),
    renew: (order: LeasedOrder) =>
      db.rpc(
        'renew_order_lease',
        { p_order_id: order.id, p_token: order.lease_token, p_lease_seconds: leaseSeconds },
        z.object({}),
      ),
    release: (order: LeasedOrder) =>
      db.rpc(
        'release_order',
        { p_order_id: order.id, p_token: order.lease_token },
        z.object({ released: z.boolean() }),
      ),

    choose: (order: LeasedOrder, candidates: Candidate[]) =>
      db.rpc(
        'choose_number',
        {
          p_order_id: order.id,
          p_token: order.lease_token,
          p_candidates: candidates,
          p_daily_limit: options.purchaseDailyLimit,
        },
        Choice,
      ),
    beginBuy: (order: LeasedOrder) =>
      db.rpc(
        'begin_buy',
        {
          p_order_id: order.id,
          p_token: order.lease_token,
          p_lease_seconds: leaseSeconds,
          p_daily_limit: options.purchaseDailyLimit,
        },
        z.object({ first: z.boolean(), parked: Order.nullable() }),
      ),
    recordBought: (
      order: LeasedOrder,
      bought: {
        sid: string
        capabilities: Record<string, boolean>
        smsStatus: SmsStatus
        importByHand: boolean
        /** null: just now. */
        boughtAt: Date | null
      },
    ) =>
      record('record_bought', order, {
        p_twilio_phone_sid: bought.sid,
        p_capabilities: bought.capabilities,
        p_sms_status: bought.smsStatus,
        p_import_by_hand: bought.importByHand,
        p_bought_at: bought.boughtAt,
        p_inbound_voice: options.inboundVoice,
      }),
    recordEmptyLook: (order: LeasedOrder, error: string) =>
      record('record_empty_look', order, {
        p_look_interval_ms: options.lookIntervalMs,
        p_error: error,
      }),
    giveUpCandidate: (order: LeasedOrder, outcome: 'taken' | 'refused', error: string) =>
      record('give_up_candidate', order, { p_outcome: outcome, p_error: error }),
    /** What the account holds under the order's tag. `taken`: the order goes on with one of these. */
    takeUpBought: (order: LeasedOrder, found: OwnedNumber[]) =>
      db.rpc(
        'take_up_bought_number',
        { p_order_id: order.id, p_token: order.lease_token, p_found: found.map(toFound) },
        z.object({ taken: z.boolean(), order: Order }),
      ),
    recordImported: (order: LeasedOrder, elevenLabsPhoneId: string) =>
      record('record_imported', order, { p_elevenlabs_phone_id: elevenLabsPhoneId }),
    skipImport: (order: LeasedOrder) => record('skip_import', order),
    recordSettled: (order: LeasedOrder) =>
      record('record_settled', order, {
        p_agent_id: order.agent_id,
        p_default_agent_id: options.agentId,
        p_inbound_voice: options.inboundVoice,
      }),

    recordFailure: (
      order: LeasedOrder,
      failure: { error: string; delayMs: number; notSent: boolean },
    ) =>
      record('record_failure', order, {
        p_error: failure.error,
        p_delay_ms: failure.delayMs,
        p_max_attempts: options.maxAttempts,
        p_not_sent: failure.notSent,
      }),
    recordPermanentFailure: (order: LeasedOrder, failure: { error: string; notSent: boolean }) =>
      record('record_permanent_failure', order, {
        p_error: failure.error,
        p_not_sent: failure.notSent,
      }),
    pauseCarrier: (
      order: LeasedOrder,
      pause: { carrier: string; pauseMs: number; error: string; notSent: boolean },
    ) =>
      record('pause_carrier', order, {
        p_carrier: pause.carrier,
        p_pause_ms: pause.pauseMs,
        p_error: pause.error,
        p_not_sent: pause.notSent,
      }),
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
