import { z } from 'zod'
import { actorOf, type Principal } from '../http/principal.ts'
import { type Route, reply, replyOf, route } from '../http/route.ts'
import { idInput, NextCursor, OrganizationParams, pageOf } from '../http/schemas.ts'
import { Message } from './message.ts'
import type { MessageStore } from './message-store.ts'
import { MessageBody, MessageQuery } from './schemas.ts'
import type { SendMessage } from './send-message.ts'

const Shown = z.object({ success: z.literal(true), message: Message })

export function createMessageRoutes(deps: {
  messages: MessageStore
  sendMessage: SendMessage
}): Route[] {
  const { messages } = deps
  return [
    route({
      method: 'post',
      path: '/api/organizations/:organizationId/messages',
      operationId: 'sendMessage',
      guard: 'member',
      scope: 'messages:write',
      summary:
        "Text a customer from the organization's own number; 202 while nobody knows the outcome",
      params: OrganizationParams,
      body: MessageBody,
      idempotent: true,
      replies: { 201: Shown, 202: Shown },
      location: ({ message }: z.infer<typeof Shown>, { organizationId }) =>
        `/api/organizations/${organizationId}/messages/${message.id}`,
      problems: [
        'media_url_not_public',
        'organization_not_found',
        'contact_not_found',
        'from_unfit',
        'repeated_too_soon',
        'destination_impossible',
        'destination_emergency',
        'destination_premium',
        'country_not_allowed',
        'texts_too_fast',
        'daily_texts_reached',
        'customer_texts_reached',
        'daily_spend_reached',
        'account_spend_reached',
        'deployment_spend_reached',
        'organization_suspended',
        'no_sms_number',
        'sms_not_ready',
        'message_to_self',
        'opted_out',
        'message_refused',
        'carrier_failed',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params, body, effectId, hasKey, requestId }) {
        const sent = await deps.sendMessage({
          id: effectId,
          actor: actorOf(principal),
          organizationId: params.organizationId,
          to: body.to,
          from: body.from ?? null,
          insists: hasKey,
          body: body.body,
          mediaUrls: body.mediaUrls,
          takesOver: body.takesOver,
          leadId: body.leadId ?? null,
          requestId,
        })
        const message = presentMessage(sent, principal)
        const isOpen =
          message.status === 'unknown' ||
          (message.status === 'queued' && message.message_sid === null)
        if (isOpen) return { ...reply(202, { success: true, message }), isProvisional: true }
        const answer = replyOf(params.organizationId, 201, { success: true, message })
        // What was erased while it was sent is not kept under a key either.
        return message.contact_id === null ? { ...answer, isProvisional: true } : answer
      },
    }),
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/messages',
      operationId: 'listMessages',
      guard: 'member',
      scope: 'read',
      summary: 'The texts an organization sent and received, the newest first',
      params: OrganizationParams,
      query: MessageQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          messages: z.array(Message),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found'],
      async handle({ principal, params, query }) {
        const filter = {
          direction: query.direction ?? null,
          status: query.status ?? null,
          contactId: query.contactId ?? null,
          from: query.from ?? null,
          to: query.to ?? null,
        }
        const { organizationId } = params
        const page = await messages.list(actorOf(principal), organizationId, filter, pageOf(query))
        const shown = page.rows.map((message) => presentMessage(message, principal))
        return reply(200, { success: true, messages: shown, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/messages/:messageId',
      operationId: 'getMessage',
      guard: 'member',
      scope: 'read',
      summary: 'One text, and what became of it',
      params: OrganizationParams.extend({ messageId: idInput('id of the text') }),
      replies: { 200: Shown },
      problems: ['organization_not_found', 'message_not_found'],
      async handle({ principal, params }) {
        const { organizationId, messageId } = params
        const message = await messages.get(actorOf(principal), organizationId, messageId)
        return reply(200, { success: true, message: presentMessage(message, principal) })
      },
    }),
  ]
}

/** A text as the principal may read it: a carrier's code says something to operators alone. */
function presentMessage(message: Message, { kind }: Principal): Message {
  return kind === 'admin' ? message : { ...message, error_code: null }
}
