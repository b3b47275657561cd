import { z } from 'zod'
import type { Database } from '../platform/db.ts'

export interface InboundMessage {
  providerMessageId: string
  from: string
  to: string
  /** The sender as E.164; null for short codes and names. */
  customer: string | null
  body: string
  media: { url: string; contentType: string | null }[]
  segments: number | null
  requestId: string
}

const Received = z.object({
  result: z.enum(['stored', 'duplicate', 'unknown_number']),
  organization_id: z.uuid().optional(),
})

export type MessageStore = ReturnType<typeof createMessageStore>

export function createMessageStore(db: Database) {
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
          p_request_id: message.requestId,
        },
        Received,
      ),
  }
}
