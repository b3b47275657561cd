import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { pageOf } from '../../http/schemas.ts'
import { DoNotCallBody, DoNotCallQuery, Entered, Listed, NumberParams, Removed } from './schemas.ts'
import type { DoNotCallStore } from './store.ts'

const path = '/api/admin/do-not-call'

/** Numbers that no organization calls; the list is kept by operators. */
export function createGlobalDoNotCallRoutes({ doNotCall }: { doNotCall: DoNotCallStore }): Route[] {
  return [
    route({
      method: 'get',
      path,
      operationId: 'listDoNotCallForAll',
      guard: 'admin',
      summary: 'The numbers that no organization may call, newest first',
      query: DoNotCallQuery,
      replies: { 200: Listed },
      async handle({ principal, query }) {
        const page = await doNotCall.list(
          actorOf(principal),
          'everybody',
          query.phoneNumber ?? null,
          pageOf(query),
        )
        return reply(200, { success: true, doNotCall: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path,
      operationId: 'addDoNotCallForAll',
      guard: 'admin',
      summary: 'Put a number on the do-not-call list for every organization',
      body: DoNotCallBody,
      idempotent: 'marked',
      takesAway: true,
      replies: { 200: Entered.describe('was there already'), 201: Entered },
      problems: [
        'row_limit_reached',
        'destination_emergency',
        'destination_impossible',
        'contact_impossible',
        'idempotency_key_reused',
        'idempotency_in_progress',
        'answer_lost',
      ],
      async handle({ principal, body }) {
        const { phoneNumber, reason = null } = body
        const { created, entry } = await doNotCall.add(actorOf(principal), 'everybody', {
          phoneNumber,
          reason,
        })
        return reply(created ? 201 : 200, { success: true, entry })
      },
    }),
    route({
      method: 'delete',
      path: `${path}/:phoneNumber`,
      operationId: 'removeDoNotCallForAll',
      guard: 'admin',
      summary: 'Take a number off the do-not-call list for every organization',
      params: NumberParams,
      replies: { 200: Removed },
      async handle({ principal, params }) {
        const { phoneNumber } = params
        const { removed } = await doNotCall.remove(actorOf(principal), 'everybody', phoneNumber)
        return reply(200, { success: true, phoneNumber, removed })
      },
    }),
  ]
}
