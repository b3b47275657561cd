import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { ReasonInWords } from '../telephony/failure-reason.ts'

export const MessageDirection = z.enum(['inbound', 'outbound'])

/** What an inbound text was taken for. */
export const HeardKeyword = z
  .enum(['stop', 'start', 'help'])
  .nullable()
  .describe(
    'what an inbound text was taken for: an opt-out, the end of one, a call for help; null: none',
  )

export const MessageStatus = z.enum([
  'queued',
  'unknown',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'received',
])

/** Why an outbound text comes from its number. */
const NumberReason = z
  .enum(['requested', 'last_exchange', 'default', 'newest'])
  .describe(
    'requested: by from; last_exchange: the number of the last call or text of this customer, either way; default: of the organization; newest: no other can text',
  )

/** What a text brought along. */
export const Media = z.array(
  z.object({
    url: z
      .string()
      .describe('path on this server; of a text that was sent, the public address that was given'),
    contentType: z.string().nullable(),
  }),
)

/** A text as the database keeps it; the API shows the same fields. */
export const Message = z
  .object({
    id: z.guid(),
    direction: MessageDirection,
    status: MessageStatus.describe('unknown: nobody can tell yet whether it was sent'),
    from: z.string(),
    to: z.string(),
    contact_id: z
      .guid()
      .nullable()
      .describe('null: its sender is no number, or its contact was erased while it was sent'),
    lead_id: z.string().nullable(),
    body: z.string(),
    media: Media,
    segments: z.int().nullable().describe('as carriers bill it'),
    message_sid: z.string().nullable(),
    number_reason: NumberReason.nullable().describe(
      'why an outbound text came from its number; null: inbound',
    ),
    keyword: HeardKeyword,
    error_code: z
      .string()
      .nullable()
      .describe("the carrier's own, for operators; null for others, whom failure_reason tells"),
    failure_reason: ReasonInWords,
    late: z
      .boolean()
      .describe(
        'it came while the server was away, and was taken in more than ten minutes after it was sent: never answer it by a machine',
      ),
    created_at: Timestamp.describe(
      'of a text that came while the server was away: when it was sent',
    ),
    updated_at: Timestamp,
  })
  .meta({ id: 'Message' })
export type Message = z.infer<typeof Message>
