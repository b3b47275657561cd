import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { idInput, NextCursor, OrganizationParams, PageQuery, pageOf } from '../../http/schemas.ts'
import { toError } from '../../platform/errors.ts'
import { OrderErrorInWords } from '../../telephony/order-error.ts'
import { CriteriaBody } from '../number-criteria.ts'
import { PhoneNumber } from '../phone-number.ts'
import { Order, OrderStatus } from './order.ts'
import type { OrderStore } from './order-store.ts'
import { Purchase, presentPurchase } from './purchase-view.ts'
import type { RunWithin } from './run-order.ts'

const PublicOrder = Order.omit({ lease_token: true, tag: true })
  .extend({ phone: PhoneNumber.nullable(), last_error: OrderErrorInWords })
  .meta({ id: 'Order' })
const OneOrder = z.object({ success: z.literal(true), order: PublicOrder })

const OrderParams = z.object({ orderId: idInput('id of the order') })

export function createOrderRoutes(deps: {
  orders: OrderStore
  runWithin: RunWithin
  waitMs: number
}): Route[] {
  const { orders } = deps
  return [
    route({
      method: 'post',
      path: '/api/admin/organizations/:organizationId/phone-numbers/purchase',
      operationId: 'buyPhoneNumberFor',
      guard: 'admin',
      summary: 'Buy a number for an organization; 202 while the purchase is not finished',
      params: OrganizationParams,
      body: CriteriaBody,
      idempotent: true,
      replies: { 201: Purchase, 202: Purchase },
      location: (_purchase, { organizationId }) =>
        `/api/organizations/${organizationId}/phone-numbers`,
      problems: [
        'organization_not_found',
        'organization_suspended',
        'area_code_invalid',
        'area_code_not_supported',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params: { organizationId }, body: criteria, effectId, log }) {
        const order = { id: effectId, organizationId, ...criteria }
        const orderId = await orders.create(actorOf(principal), order)
        await deps.runWithin(orderId, deps.waitMs)
        try {
          const purchase = presentPurchase(await orders.get(orderId))
          return reply(purchase.phoneNumber ? 201 : 202, purchase)
        } catch (thrown) {
          log.warn(
            { err: toError(thrown), orderId },
            'ordered; its state is not known at the moment',
          )
          return presentUnknown(orderId)
        }
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/orders',
      operationId: 'listOrders',
      guard: 'admin',
      summary: 'Orders for numbers, newest first',
      query: PageQuery.extend({
        status: OrderStatus.optional().describe('only orders in this state'),
        organizationId: idInput('only orders of this organization').optional(),
      }),
      replies: {
        200: z.object({
          success: z.literal(true),
          orders: z.array(PublicOrder),
          nextCursor: NextCursor,
        }),
      },
      async handle({ query }) {
        const filter = { status: query.status ?? null }
        const page = await (query.organizationId
          ? orders.listOf(query.organizationId, filter, pageOf(query))
          : orders.list(filter, pageOf(query)))
        return reply(200, {
          success: true,
          orders: page.rows.map(toPublic),
          nextCursor: page.next_cursor,
        })
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/orders/:orderId/retry',
      operationId: 'retryOrder',
      guard: 'admin',
      summary: 'Put an order that waits for a person back to work',
      params: OrderParams,
      replies: { 200: OneOrder },
      problems: ['order_not_found', 'wrong_state'],
      async handle({ principal, params: { orderId } }) {
        const order = await orders.retry(actorOf(principal), orderId)
        return reply(200, { success: true, order: toPublic(order) })
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/orders/:orderId/cancel',
      operationId: 'cancelOrder',
      guard: 'admin',
      summary: 'Cancel an order that has bought nothing',
      params: OrderParams,
      replies: { 200: OneOrder },
      problems: ['order_not_found', 'wrong_state', 'busy'],
      async handle({ principal, params: { orderId } }) {
        const order = await orders.cancel(actorOf(principal), orderId)
        return reply(200, { success: true, order: toPublic(order) })
      },
    }),
  ]
}

function toPublic({ lease_token: _lease, tag: _tag, phone, ...order }: Order) {
  return {
    ...order,
    last_error: OrderErrorInWords.parse(order.last_error),
    phone: phone && PhoneNumber.parse(phone),
  }
}

function presentUnknown(orderId: string) {
  return reply(202, {
    success: true,
    phoneNumber: null,
    twilioSid: null,
    requiresElevenLabsImport: false,
    nextSteps: [`GET /api/admin/orders shows how far order ${orderId} has come`],
    orderId,
    phoneNumberError: null,
  })
}
