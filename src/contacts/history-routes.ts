import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, replyVersion, route } from '../http/route.ts'
import { NextCursor, PageQuery, pageOf } from '../http/schemas.ts'
import { Contact } from './contact.ts'
import type { ContactStore } from './contact-store.ts'
import { ContactParams, MergeBody } from './schemas.ts'
import { TimelineEntry } from './timeline.ts'

const path = '/api/organizations/:organizationId/contacts/:contactId'

/** What passed between an organization and one of its contacts. */
export function createContactHistoryRoutes({ contacts }: { contacts: ContactStore }): Route[] {
  return [
    route({
      method: 'post',
      path: `${path}/merge`,
      operationId: 'mergeContact',
      guard: 'member',
      scope: 'contacts:write',
      summary:
        'Merge another contact into this one, with all its history; name and lead id of this one win',
      versioned: true,
      params: ContactParams,
      body: MergeBody,
      replies: { 200: z.object({ success: z.literal(true), contact: Contact }) },
      problems: ['organization_not_found', 'contact_not_found', 'contact_merged'],
      async handle({ principal, params, body, versions }) {
        const { organizationId, contactId } = params
        const actor = actorOf(principal)
        const merged = await contacts.merge(actor, organizationId, contactId, body.from, versions)
        const { version, ...contact } = merged
        return replyVersion({ success: true, contact }, version)
      },
    }),
    route({
      method: 'get',
      path: `${path}/timeline`,
      operationId: 'getContactTimeline',
      guard: 'member',
      scope: 'read',
      summary: 'Texts and calls with a contact in one order, the newest first',
      params: ContactParams,
      query: PageQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          timeline: z.array(TimelineEntry),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found', 'contact_not_found'],
      async handle({ principal, params, query }) {
        const { organizationId, contactId } = params
        const page = await contacts.timeline(
          actorOf(principal),
          organizationId,
          contactId,
          pageOf(query),
        )
        return reply(200, { success: true, timeline: page.rows, nextCursor: page.next_cursor })
      },
    }),
  ]
}
