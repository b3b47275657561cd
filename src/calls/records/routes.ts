import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import {
  idInput,
  NextCursor,
  OrganizationParams,
  PageQuery,
  pageOf,
  TimeInput,
} from '../../http/schemas.ts'
import { Call, CallDirection, CallStatus, CallWithTranscript } from '../call.ts'
import type { CallRecords } from './call-record-store.ts'

const path = '/api/organizations/:organizationId/calls'

const CallQuery = PageQuery.extend({
  direction: CallDirection.optional().describe('only calls that go this way'),
  status: CallStatus.optional().describe('only calls in this state'),
  contactId: idInput('only calls with this contact').optional(),
  from: TimeInput.optional().describe('began then or later'),
  to: TimeInput.optional().meta({
    description: 'began before',
    examples: ['2026-06-01T00:00:00Z'],
  }),
})

/** What an organization's calls were. */
export function createCallRecordRoutes(deps: { callRecords: CallRecords }): Route[] {
  const { callRecords } = deps
  return [
    route({
      method: 'get',
      path,
      operationId: 'listCalls',
      guard: 'member',
      scope: 'read',
      summary:
        'The calls of an organization, the newest first; their transcripts are read one by one',
      params: OrganizationParams,
      query: CallQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          calls: z.array(Call),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found'],
      async handle({ principal, params, query }) {
        const { direction = null, status = null, contactId = null, from = null, to = null } = query
        const page = await callRecords.list(
          actorOf(principal),
          params.organizationId,
          { direction, status, contactId, from, to },
          pageOf(query),
        )
        return reply(200, { success: true, calls: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'get',
      path: `${path}/:callId`,
      operationId: 'getCall',
      guard: 'member',
      scope: 'read',
      summary: 'One call, with its transcript',
      params: OrganizationParams.extend({ callId: idInput('id of the call') }),
      replies: { 200: z.object({ success: z.literal(true), call: CallWithTranscript }) },
      problems: ['organization_not_found', 'call_not_found'],
      async handle({ principal, params: { organizationId, callId } }) {
        const call = await callRecords.get(actorOf(principal), organizationId, callId)
        return reply(200, { success: true, call })
      },
    }),
  ]
}
