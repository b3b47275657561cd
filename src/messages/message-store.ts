import { z } from 'zod'
import type { ListedText } from '../carriers/ports/arrivals.ts'
import type { SentMessage } from '../carriers/ports/messaging.ts'
import { reasonOf } from '../carriers/twilio/error-reasons.ts'
import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import { Message } from './message.ts'
import type { InboundMessage, MessageRequest } from './message-input.ts'

/** Of all that an organization has; null: any. Times are ISO, the end not included. */
export interface MessageFilter {
  direction: string | null
  status: string | null
  contactId: string | null
  from: string | null
  to: string | null
}

const Received = z.object({
  result: z.enum(['stored', 'duplicate', 'erased', 'unknown_number']),
  organization_id: z.uuid().optional(),
})

const Begun = z.object({
  send: z.boolean(),
  message: Message,
  messaging_service_sid: z.string().nullable(),
})

const Recorded = z.object({ message: Message.nullable() })

const told = ({ sid, status, errorCode }: SentMessage) => ({
  p_sid: sid,
  p_status: status,
  p_error_code: errorCode,
  p_reason: reasonOf(errorCode),
})

export type MessageStore = ReturnType<typeof createMessageStore>

/** `lookMs`: after how long a text of which nobody heard is looked up. */
export function createMessageStore(
  db: Database,
  { lookMs, publicUrl }: { lookMs: number; publicUrl: string },
) {
  const recordNotSent = (
    id: string,
    status: 'unknown' | 'failed',
    why: { code?: string | undefined; reason?: string },
  ) =>
    db
      .rpc(
        'record_message_not_sent',
        {
          p_id: id,
          p_status: status,
          p_error_code: why.code ?? null,
          p_reason: why.reason ?? null,
          p_look_ms: lookMs,
        },
        Recorded,
      )
      .then(({ message }) => message)

  return {
    /** Stores a text for whoever holds the number it was sent to, once per provider id. */
    receive: (message: InboundMessage) =>
      db.rpc(
        'receive_message',
        {
          p_provider_message_id: message.providerMessageId,
          p_from: message.from,
          p_to: message.to,
          p_customer: message.customer,
          p_body: message.body,
          p_media: message.media,
          p_segments: message.segments,
          p_keyword: message.keyword,
          p_request_id: message.requestId,
          p_sent_at: message.sentAt?.toISOString() ?? null,
        },
        Received,
      ),
    /** As `CatchUpSource` asks it. */
    unknownAmong: (texts: ListedText[]) =>
      db
        .rpc(
          'unknown_messages',
          {
            p_messages: texts.map(({ sid, to, at }) => ({ sid, to, at: at.toISOString() })),
            p_public_url: publicUrl,
          },
          z.object({ sids: z.array(z.string()).nullable() }),
        )
        .then(({ sids }) => sids && new Set(sids)),

    /** Checks and records a text; `send` is false for a repeat of one that was sent. */
    begin: (request: MessageRequest, segments: number) =>
      db.rpc(
        'begin_message',
        {
          p_id: request.id,
          p_user_id: request.userId,
          p_organization_id: request.organizationId,
          p_to: request.to,
          p_body: request.body,
          p_media: request.mediaUrls.map((url) => ({ url, contentType: null })),
          p_segments: segments,
          p_lead_id: request.leadId,
          p_request_id: request.requestId,
          p_look_ms: lookMs,
        },
        Begun,
      ),
    /** What became of a request to send; null for a text that was erased meanwhile with its contact. */
    recordSent: (id: string, sent: SentMessage) =>
      db
        .rpc('record_message_sent', { p_id: id, ...told(sent) }, Recorded)
        .then(({ message }) => message),
    recordUnknown: (id: string) => recordNotSent(id, 'unknown', {}),
    recordRefused: (id: string, why: { code: string | undefined; reason: string }) =>
      recordNotSent(id, 'failed', why),

    /** What the carrier tells; kept for later when nobody knows the text yet. `messageId`: our own. */
    recordStatus: (messageId: string | null, sent: SentMessage) =>
      db.rpc(
        'record_message_status',
        { p_message_id: messageId, ...told(sent) },
        z.object({
          result: z.enum(['applied', 'duplicate', 'kept']),
          organization_id: z.uuid().optional(),
        }),
      ),

    list: (
      userId: string | null,
      organizationId: string,
      filter: MessageFilter,
      page: PageRequest,
    ) =>
      db.rpc(
        'list_messages',
        {
          p_user_id: userId,
          p_organization_id: organizationId,
          p_direction: filter.direction,
          p_status: filter.status,
          p_contact_id: filter.contactId,
          p_from: filter.from,
          p_to: filter.to,
          p_limit: page.limit,
          p_cursor: page.cursor,
        },
        pageSchema(Message),
      ),
    get: (userId: string | null, organizationId: string, messageId: string) =>
      db.rpc(
        'get_message',
        { p_user_id: userId, p_organization_id: organizationId, p_message_id: messageId },
        Message,
      ),
  }
}
