import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, replyOf, replyVersion, route } from '../http/route.ts'
import { NextCursor, OrganizationParams, pageOf } from '../http/schemas.ts'
import { Contact } from './contact.ts'
import type { ContactStore } from './contact-store.ts'
import { ContactBody, ContactChangesBody, ContactParams, ContactQuery } from './schemas.ts'

const path = '/api/organizations/:organizationId/contacts'

const Shown = z.object({ success: z.literal(true), contact: Contact })

/** The customers of an organization. */
export function createContactRoutes({ contacts }: { contacts: ContactStore }): Route[] {
  return [
    route({
      method: 'get',
      path,
      operationId: 'listContacts',
      guard: 'member',
      scope: 'read',
      summary: 'The contacts of an organization, the newest first',
      params: OrganizationParams,
      query: ContactQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          contacts: z.array(Contact),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found'],
      async handle({ principal, params, query }) {
        const { phoneNumber = null, leadId = null, leadStatus = null, name = null } = query
        const page = await contacts.list(
          actorOf(principal),
          params.organizationId,
          { phoneNumber, leadId, leadStatus, name },
          pageOf(query),
        )
        return reply(200, { success: true, contacts: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path,
      operationId: 'createContact',
      guard: 'member',
      scope: 'contacts:write',
      summary: 'Enter a contact; whoever calls or texts, or is called, becomes one anyway',
      params: OrganizationParams,
      body: ContactBody,
      idempotent: true,
      replies: { 201: Shown },
      location: ({ contact }: z.infer<typeof Shown>, { organizationId }) =>
        `/api/organizations/${organizationId}/contacts/${contact.id}`,
      problems: [
        'row_limit_reached',
        'organization_not_found',
        'name_unfit',
        'contact_impossible',
        'contact_exists',
        'contact_not_found',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params, body, effectId }) {
        const { organizationId } = params
        const contact = await contacts.create(actorOf(principal), organizationId, {
          ...body,
          id: effectId,
        })
        return replyOf(organizationId, 201, { success: true, contact })
      },
    }),
    route({
      method: 'get',
      path: `${path}/:contactId`,
      operationId: 'getContact',
      guard: 'member',
      scope: 'read',
      summary: 'One contact; the id of one that was merged shows the one it was merged into',
      versioned: true,
      params: ContactParams,
      replies: { 200: Shown },
      problems: ['organization_not_found', 'contact_not_found'],
      async handle({ principal, params }) {
        const { organizationId, contactId } = params
        const found = await contacts.get(actorOf(principal), organizationId, contactId)
        const { version, ...contact } = found
        return replyVersion({ success: true, contact }, version)
      },
    }),
    route({
      method: 'put',
      path: `${path}/:contactId`,
      operationId: 'changeContact',
      guard: 'member',
      scope: 'contacts:write',
      summary:
        'Change name, lead id, lead status, attributes or who answers texts; what is not named stays, null removes',
      versioned: true,
      params: ContactParams,
      body: ContactChangesBody,
      replies: { 200: Shown },
      problems: ['name_unfit', 'organization_not_found', 'contact_not_found'],
      async handle({ principal, params, body, versions }) {
        const { organizationId, contactId } = params
        const actor = actorOf(principal)
        const changed = await contacts.change(actor, organizationId, contactId, body, versions)
        const { version, ...contact } = changed
        return replyVersion({ success: true, contact }, version)
      },
    }),
  ]
}
