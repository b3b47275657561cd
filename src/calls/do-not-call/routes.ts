import { actorOf } from '../../http/principal.ts'
import { type Route, reply, replyOf, route } from '../../http/route.ts'
import { OrganizationParams, pageOf } from '../../http/schemas.ts'
import { DoNotCallBody, DoNotCallQuery, Entered, Listed, NumberParams, Removed } from './schemas.ts'
import type { DoNotCallStore } from './store.ts'

const path = '/api/organizations/:organizationId/do-not-call'

/** Numbers that an organization does not call; its members read the list, its admins keep it. */
export function createDoNotCallRoutes({ doNotCall }: { doNotCall: DoNotCallStore }): Route[] {
  return [
    route({
      method: 'get',
      path,
      operationId: 'listDoNotCall',
      guard: 'member',
      scope: 'read',
      summary: 'The numbers that an organization must not call, newest first',
      params: OrganizationParams,
      query: DoNotCallQuery,
      replies: { 200: Listed },
      problems: ['organization_not_found'],
      async handle({ principal, params, query }) {
        const page = await doNotCall.list(
          actorOf(principal),
          { organizationId: params.organizationId },
          query.phoneNumber ?? null,
          pageOf(query),
        )
        return reply(200, { success: true, doNotCall: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path,
      operationId: 'addDoNotCall',
      guard: 'member',
      scope: 'calls:write',
      summary: 'Put a number on the do-not-call list of an organization',
      params: OrganizationParams,
      body: DoNotCallBody,
      idempotent: 'marked',
      takesAway: true,
      replies: { 200: Entered.describe('was there already'), 201: Entered },
      problems: [
        'row_limit_reached',
        'organization_not_found',
        'role_required',
        'destination_emergency',
        'destination_impossible',
        'contact_impossible',
        'idempotency_key_reused',
        'idempotency_in_progress',
        'answer_lost',
      ],
      async handle({ principal, params, body }) {
        const { phoneNumber, reason = null } = body
        const { organizationId } = params
        const { created, entry } = await doNotCall.add(
          actorOf(principal),
          { organizationId },
          { phoneNumber, reason },
        )
        return replyOf(organizationId, created ? 201 : 200, { success: true, entry })
      },
    }),
    route({
      method: 'delete',
      path: `${path}/:phoneNumber`,
      operationId: 'removeDoNotCall',
      guard: 'member',
      scope: 'calls:write',
      summary: 'Take a number off the do-not-call list of an organization',
      params: OrganizationParams.extend(NumberParams.shape),
      replies: { 200: Removed },
      problems: ['organization_not_found', 'role_required'],
      async handle({ principal, params }) {
        const { phoneNumber } = params
        const { removed } = await doNotCall.remove(
          actorOf(principal),
          { organizationId: params.organizationId },
          phoneNumber,
        )
        return reply(200, { success: true, phoneNumber, removed })
      },
    }),
  ]
}
