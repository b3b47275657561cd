import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, replyOf, route } from '../../http/route.ts'
import { idInput, NextCursor, PageQuery, pageOf, TimeInput } from '../../http/schemas.ts'
import { DeliveryStatus, EventDelivery } from './endpoint.ts'
import type { EndpointScope } from './endpoint-scope.ts'
import type { EndpointStore } from './endpoint-store.ts'

const Shown = z.object({ success: z.literal(true), delivery: EventDelivery })

/** What an endpoint got, and sending it again. */
export function createDeliveryRoutes(
  { path, guard, params, named, whose, problems: owners }: EndpointScope,
  { endpoints }: { endpoints: EndpointStore },
): Route[] {
  const one = params.extend({ endpointId: idInput('id of the endpoint') })
  const problems = [...owners, 'endpoint_not_found' as const]
  const repeated = ['idempotency_key_reused', 'idempotency_in_progress'] as const
  return [
    route({
      method: 'post',
      path: `${path}/:endpointId/test`,
      operationId: named('test', 'WebhookEndpoint'),
      guard,
      summary: `Send the event endpoint.test to a webhook endpoint ${whose}`,
      params: one,
      idempotent: true,
      replies: { 202: Shown },
      problems: [...problems, 'webhook_endpoint_paused', ...repeated],
      async handle({ principal, params: { organizationId = null, endpointId }, effectId }) {
        const actor = actorOf(principal)
        const delivery = await endpoints.test(actor, organizationId, endpointId, effectId)
        return replyOf(organizationId, 202, { success: true, delivery })
      },
    }),
    route({
      method: 'get',
      path: `${path}/:endpointId/deliveries`,
      operationId: named('list', 'EventDeliveries'),
      guard,
      summary: `The events of the last 30 days for a webhook endpoint ${whose}, and what it answered, newest first`,
      params: one,
      query: PageQuery.extend({
        status: DeliveryStatus.optional().describe('only deliveries in this state'),
      }),
      replies: {
        200: z.object({
          success: z.literal(true),
          deliveries: z.array(EventDelivery),
          nextCursor: NextCursor,
        }),
      },
      problems,
      async handle({ principal, params: { organizationId = null, endpointId }, query }) {
        const page = await endpoints.deliveries(actorOf(principal), organizationId, endpointId, {
          ...pageOf(query),
          status: query.status ?? null,
        })
        return reply(200, { success: true, deliveries: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path: `${path}/:endpointId/deliveries/:deliveryId/replay`,
      operationId: named('replay', 'EventDelivery'),
      guard,
      summary: `Send one event to a webhook endpoint ${whose} again`,
      params: one.extend({ deliveryId: idInput('id of the delivery') }),
      idempotent: 'marked',
      replies: { 202: Shown },
      problems: [
        ...problems,
        'delivery_not_found',
        'webhook_endpoint_paused',
        ...repeated,
        'answer_lost',
      ],
      async handle({ principal, params: { organizationId = null, endpointId, deliveryId } }) {
        const actor = actorOf(principal)
        const delivery = await endpoints.replay(actor, organizationId, endpointId, deliveryId)
        return replyOf(organizationId, 202, { success: true, delivery })
      },
    }),
    route({
      method: 'post',
      path: `${path}/:endpointId/replay`,
      operationId: named('replay', 'EventDeliveries'),
      guard,
      summary: `Send a webhook endpoint ${whose} again every event since a given time`,
      params: one,
      body: z.strictObject({ since: TimeInput }),
      idempotent: 'marked',
      replies: {
        202: z.object({
          success: z.literal(true),
          count: z.int(),
          nextSince: Timestamp.nullable().describe(
            'at most ten thousand are sent again at once: the time from which on there are more; null: that was all',
          ),
        }),
      },
      problems: [...problems, 'webhook_endpoint_paused', ...repeated, 'answer_lost'],
      async handle({ principal, params: { organizationId = null, endpointId }, body }) {
        const actor = actorOf(principal)
        const replayed = await endpoints.replaySince(actor, organizationId, endpointId, body.since)
        const { count, next_since: nextSince } = replayed
        return replyOf(organizationId, 202, { success: true, count, nextSince })
      },
    }),
  ]
}
