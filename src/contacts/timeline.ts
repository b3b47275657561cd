import { z } from 'zod'
import {
  CallDirection,
  CallOutcome,
  CallStatus,
  Collected,
  Evaluation,
  RecordingPath,
  Transcript,
} from '../calls/call.ts'
import { Timestamp } from '../database/timestamp.ts'
import { HeardKeyword, Media, MessageDirection, MessageStatus } from '../messages/message.ts'
import { ReasonInWords } from '../telephony/failure-reason.ts'

const Text = z
  .object({
    id: z.guid(),
    channel: z.literal('sms'),
    direction: MessageDirection,
    status: MessageStatus,
    at: Timestamp.describe('when it was recorded'),
    from: z.string(),
    to: z.string(),
    body: z.string(),
    media: Media,
    segments: z.int().nullable(),
    keyword: HeardKeyword,
    failure_reason: ReasonInWords,
    late: z.boolean().describe('as of a message'),
  })
  .meta({ id: 'TextEntry' })

const Voice = z
  .object({
    id: z.guid(),
    channel: z.literal('voice'),
    direction: CallDirection,
    status: CallStatus,
    at: Timestamp.describe('when it began'),
    from: z.string(),
    to: z.string(),
    summary: z.string().nullable(),
    outcome: CallOutcome.nullable(),
    duration_seconds: z.int().nullable(),
    failure_reason: ReasonInWords,
    recording_url: RecordingPath,
  })
  .meta({ id: 'CallEntry' })

/** That one of the numbers of a contact wants no texts. */
export const OptOut = z.object({
  phone_number: z.string(),
  our_number: z.string().describe('the number that was told'),
  word: z
    .string()
    .nullable()
    .describe('what the customer wrote; null where a text that was refused told of it'),
  at: Timestamp,
})

/** A text or a call. */
export const TimelineEntry = z.discriminatedUnion('channel', [Text, Voice])

/** The same with all that is kept of it. */
export const ExportEntry = z.discriminatedUnion('channel', [
  Text.extend({
    lead_id: z.string().nullable(),
    message_sid: z.string().nullable(),
    error_code: z.string().nullable(),
  }).meta({ id: 'WholeTextEntry' }),
  Voice.extend({
    lead_id: z.string().nullable(),
    agent_id: z.string().nullable(),
    call_sid: z.string().nullable(),
    conversation_id: z.string().nullable(),
    cost: z.int().nullable().describe('micro-dollars'),
    transcript: Transcript,
    collected: Collected,
    evaluation: Evaluation,
  }).meta({ id: 'WholeCallEntry' }),
])
