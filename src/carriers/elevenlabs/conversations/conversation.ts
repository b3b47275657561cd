import { z } from 'zod'
import type { CallReport, WholeReport } from '../../ports/voice-agents.ts'
import { hasSaidDoNotCall } from '../data-collection.ts'
import { collectedOf, evaluationOf } from './analysis.ts'
import { amount, ConversationId, shortText, timeOf, unixSeconds } from './conversation-fields.ts'
import { transferredTo } from './transferred-to.ts'

const text = z.string().catch('')

/** A turn may have no message, where the agent used a tool. It keeps its place all the same. */
const Turn = z.looseObject({ role: z.enum(['user', 'agent']), message: z.string().catch('') })

/**
 * A conversation as the API and the post-call webhook tell it. Whatever a field's shape, it is read
 * as far as it makes sense: the vendor adds and leaves out fields.
 */
export const Conversation = z.looseObject({
  conversation_id: ConversationId,
  agent_id: shortText,
  status: text,
  user_id: z.string().nullable().catch(null),
  // Not z.array: that would look at each of what may be hundreds of thousands of turns.
  transcript: z.custom<unknown[]>(Array.isArray).catch([]),
  metadata: z
    .looseObject({
      start_time_unix_secs: unixSeconds,
      call_duration_secs: amount,
      cost_fiat: amount,
      text_only: z.boolean().nullable().catch(null),
      phone_call: z
        .looseObject({
          direction: text,
          agent_number: shortText,
          external_number: shortText,
          call_sid: shortText,
          call_result: text,
        })
        .nullable()
        .catch(null),
    })
    .catch({
      start_time_unix_secs: null,
      call_duration_secs: null,
      cost_fiat: null,
      text_only: null,
      phone_call: null,
    }),
  analysis: z
    .looseObject({
      transcript_summary: text,
      call_successful: z.enum(['success', 'failure', 'unknown']).nullable().catch(null),
      data_collection_results: z.record(z.string(), z.unknown()).nullable().catch(null),
      evaluation_criteria_results: z.record(z.string(), z.unknown()).nullable().catch(null),
    })
    .nullable()
    .catch(null),
})

/** Source: ElevenLabs, conversation metadata, call_result. */
const answeredBy: Partial<Record<string, CallReport['answeredBy']>> = {
  answered: 'person',
  voicemail: 'voicemail',
  busy: 'nobody',
  no_answer: 'nobody',
  failed: 'nobody',
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A day's worth: longer calls do not exist, but wrong numbers do. */
const MAX_DURATION_SECONDS = 86_400

/** Dollars no call costs. */
const MAX_COST = 10_000

/** The newest turns, which are kept; more than hours of talk, and read within milliseconds. */
const MAX_TURNS = 5_000

/**
 * Our words for a conversation. Where nobody told when it began, it was at most a day before
 * `reportedAt`, the moment of the report (`receivedAt` where that is not known either).
 */
export function toCallReport(
  conversation: z.infer<typeof Conversation>,
  { receivedAt, reportedAt = receivedAt }: { receivedAt: Date; reportedAt?: Date | undefined },
): WholeReport {
  const { metadata, user_id: userId, analysis } = conversation
  const phone = metadata.phone_call
  const duration = withinLimit(metadata.call_duration_secs, MAX_DURATION_SECONDS)
  const cost = withinLimit(metadata.cost_fiat, MAX_COST)
  const begun = timeOf(metadata.start_time_unix_secs, receivedAt)
  const startedAt = begun ?? secondsBefore(reportedAt, duration ?? 0)
  const hasFailed = conversation.status === 'failed'
  return {
    conversationId: conversation.conversation_id,
    // Outbound and registered calls carry our own call id here.
    callId: userId && UUID.test(userId) ? userId : null,
    providerCallId: phone?.call_sid || null,
    agentId: conversation.agent_id || null,
    isPhoneCall: phone !== null,
    isTextOnly: phone === null && metadata.text_only === true,
    state: hasFailed ? 'failed' : conversation.status === 'done' ? 'ended' : 'running',
    direction: phone?.direction === 'outbound' ? 'outbound' : 'inbound',
    answeredBy: answeredBy[phone?.call_result ?? ''] ?? null,
    ourNumber: phone?.agent_number || null,
    customerNumber: phone?.external_number || null,
    startedAt,
    earliestStart: begun ?? secondsBefore(startedAt, MAX_DURATION_SECONDS),
    durationSeconds: duration === null ? null : Math.round(duration),
    costMicros: cost === null ? null : Math.round(cost * 1_000_000),
    summary: analysis?.transcript_summary || null,
    outcome: analysis?.call_successful ?? null,
    transcript: conversation.transcript.slice(-MAX_TURNS).flatMap((turn) => {
      const parsed = Turn.safeParse(turn)
      return parsed.success ? [{ role: parsed.data.role, message: parsed.data.message }] : []
    }),
    collected: collectedOf(analysis?.data_collection_results),
    evaluation: evaluationOf(analysis?.evaluation_criteria_results),
    doNotCall: hasSaidDoNotCall(analysis?.data_collection_results),
    transferredTo: transferredTo(conversation.transcript.slice(-MAX_TURNS)),
    failureReason: hasFailed ? 'conversation_failed' : null,
  }
}

function withinLimit(amount: number | null, limit: number): number | null {
  return amount !== null && amount <= limit ? amount : null
}

function secondsBefore(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() - seconds * 1_000)
}
