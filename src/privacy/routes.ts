import { z } from 'zod'
import { DoNotCallEntry } from '../calls/do-not-call/entry.ts'
import { Contact } from '../contacts/contact.ts'
import { ContactParams } from '../contacts/schemas.ts'
import { ExportEntry, OptOut } from '../contacts/timeline.ts'
import { Timestamp } from '../database/timestamp.ts'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import type { Erasing } from './erase-contact.ts'
import type { ExportContact } from './export-contact.ts'

const path = '/api/organizations/:organizationId/contacts/:contactId'

/** What is kept of a customer, and its erasure. */
export function createPrivacyRoutes(
  deps: { exportContact: ExportContact } & Pick<Erasing, 'eraseContact'>,
): Route[] {
  return [
    route({
      method: 'delete',
      path,
      operationId: 'eraseContact',
      guard: 'member',
      scope: 'contacts:write',
      summary:
        'Erase a contact with its texts, calls, transcripts and summaries, for good; that it wants no more texts is kept',
      versioned: true,
      params: ContactParams,
      replies: {
        200: z.object({
          success: z.literal(true),
          erased: z.object({ messages: z.int(), calls: z.int() }),
        }),
      },
      problems: ['organization_not_found', 'contact_not_found'],
      async handle({ principal, params, versions }) {
        const { organizationId, contactId } = params
        const actor = actorOf(principal)
        const erased = await deps.eraseContact(actor, organizationId, contactId, versions)
        return reply(200, { success: true, erased })
      },
    }),
    route({
      method: 'get',
      path: `${path}/export`,
      operationId: 'exportContact',
      guard: 'member',
      scope: 'read',
      summary:
        'All that is kept of a contact, transcripts and refusals of texts and calls too, as one document, however long',
      params: ContactParams,
      replies: {
        200: z.object({
          success: z.literal(true),
          exported_at: Timestamp,
          contact: Contact,
          opted_out: z.array(OptOut).describe('which of its numbers want no texts'),
          do_not_call: z
            .array(DoNotCallEntry)
            .describe('which of its numbers are on the do-not-call list of the organization'),
          timeline: z.array(ExportEntry),
        }),
      },
      problems: ['organization_not_found', 'contact_not_found'],
      async handle({ principal, params: { organizationId, contactId } }) {
        return reply(200, await deps.exportContact(actorOf(principal), organizationId, contactId))
      },
    }),
  ]
}
