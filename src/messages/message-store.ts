import { z } from 'zod'
import type { ListedText } from '../carriers/ports/arrivals.ts'
import type { SentMessage } from '../carriers/ports/messaging.ts'
import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import { toUnknown } from '../platform/catch-up.ts'
import { destinationCountry } from '../telephony/destination.ts'
import { type FailureKind, reasonOf } from '../telephony/failure-kind.ts'
import { guardOfDestination, type SpendingLimits } from '../telephony/spending-limits.ts'
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
  organization_id: z.guid().optional(),
  /** After how long an agent is to answer it; null: none is. */
  answer_in_ms: z.int().nullish(),
})

const Begun = z.object({
  send: z.boolean(),
  message: Message,
  messaging_service_sid: z.string().nullable(),
})

const Recorded = z.object({ message: Message.nullable() })

const reported = ({ sid, status, errorCode, failure }: SentMessage) => ({
  sid,
  status,
  errorCode,
  failure,
  reason: reasonOf({ errorCode, failure }),
})

/** Why a text was not sent: the carrier's code, what it means to us, and the reason as rows keep it. */
interface Refusal {
  code: string | undefined
  failure: FailureKind | null
  reason: string
}

export type MessageStore = ReturnType<typeof createMessageStore>

/** `pollMs`: after how long a text of which nobody heard is looked up. */
export function createMessageStore(
  db: Database,
  options: { pollMs: number; publicUrl: string; spending: SpendingLimits },
) {
  const { pollMs, publicUrl, spending } = options
  const recordNotSent = (id: string, status: 'unknown' | 'failed', why: Partial<Refusal>) =>
    db
      .rpc(
        'record_message_not_sent',
        {
          id,
          status,
          errorCode: why.code ?? null,
          failure: why.failure ?? null,
          reason: why.reason ?? null,
          pollMs,
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
          providerMessageId: message.providerMessageId,
          from: message.from,
          to: message.to,
          customer: message.customer,
          body: message.body,
          media: message.media,
          segments: message.segments,
          keyword: message.keyword,
          requestId: message.requestId,
          sentAt: message.sentAt?.toISOString() ?? null,
          country: message.customer && destinationCountry(message.customer),
        },
        Received,
      ),
    /** As `CatchUpSource` asks it. */
    unknownAmong: (texts: ListedText[]) =>
      db
        .rpc(
          'unknown_messages',
          { messages: texts.map(toUnknown), publicUrl },
          z.object({ sids: z.array(z.string()).nullable() }),
        )
        .then(({ sids }) => sids && new Set(sids)),

    /** Checks and records a text; `send` is false for a repeat of one that was sent. */
    begin: ({ mediaUrls, ...request }: MessageRequest, segments: number) =>
      db.rpc(
        'begin_message',
        {
          ...request,
          media: mediaUrls.map((url) => ({ url, contentType: null })),
          segments,
          pollMs,
          guard: guardOfDestination(request.to, spending),
        },
        Begun,
      ),
    /** What became of a request to send; null for a text that was erased meanwhile with its contact. */
    recordSent: (id: string, sent: SentMessage) =>
      db
        .rpc('record_message_sent', { id, ...reported(sent) }, Recorded)
        .then(({ message }) => message),
    recordUnknown: (id: string) => recordNotSent(id, 'unknown', {}),
    recordRefused: (id: string, why: Refusal) => recordNotSent(id, 'failed', why),

    /**
     * What the carrier tells; kept for later when nobody knows the text yet. `messageId`: our own. `isPolled`:
     * no webhook told of it.
     */
    recordStatus: (messageId: string | null, sent: SentMessage, isPolled = false) =>
      db.rpc(
        'record_message_status',
        { messageId, ...reported(sent), isPolled },
        z.object({
          result: z.enum(['applied', 'duplicate', 'deferred']),
          organization_id: z.guid().optional(),
        }),
      ),

    list: (actor: Actor, organizationId: string, filter: MessageFilter, page: PageRequest) =>
      db.rpc('list_messages', { actor, organizationId, ...filter, ...page }, pageSchema(Message)),
    get: (actor: Actor, organizationId: string, messageId: string) =>
      db.rpc('get_message', { actor, organizationId, messageId }, Message),
  }
}
