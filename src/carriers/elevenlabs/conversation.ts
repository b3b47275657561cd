import { z } from 'zod'
import type { CallReport } from '../ports.ts'

const text = z.string().catch('')
const amount = z.number().nonnegative().nullable().catch(null)

const Turn = z.looseObject({ role: z.enum(['user', 'agent']), message: z.string().min(1) })

/**
 * A conversation as the API and the post-call webhook tell it. Whatever a field's shape, it is read
 * as far as it makes sense: the vendor adds and leaves out fields.
 */
export const Conversation = z.looseObject({
  conversation_id: z.string().min(1),
  agent_id: text,
  status: text,
  user_id: z.string().nullable().catch(null),
  transcript: z.array(z.unknown()).catch([]),
  metadata: z
    .looseObject({
      start_time_unix_secs: amount,
      call_duration_secs: amount,
      cost_fiat: amount,
      termination_reason: text,
      phone_call: z
        .looseObject({ direction: text, agent_number: text, external_number: text, call_sid: text })
        .nullable()
        .catch(null),
    })
    .catch({
      start_time_unix_secs: null,
      call_duration_secs: null,
      cost_fiat: null,
      termination_reason: '',
      phone_call: null,
    }),
  analysis: z.looseObject({ transcript_summary: text }).nullable().catch(null),
})

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A day's worth: longer calls do not exist, but wrong numbers do. */
const MAX_DURATION_SECONDS = 86_400

/** Our words for a conversation. `receivedAt` stands for a beginning nobody told. */
export function toCallReport(
  conversation: z.infer<typeof Conversation>,
  receivedAt: Date,
): CallReport {
  const { metadata, user_id: userId, analysis } = conversation
  const phone = metadata.phone_call
  const duration = metadata.call_duration_secs
  const hasFailed = conversation.status === 'failed'
  return {
    conversationId: conversation.conversation_id,
    // Outbound and registered calls carry our own call id here.
    callId: userId && UUID.test(userId) ? userId : null,
    providerCallId: phone?.call_sid || null,
    agentId: conversation.agent_id || null,
    state: hasFailed ? 'failed' : conversation.status === 'done' ? 'ended' : 'running',
    direction: phone?.direction === 'outbound' ? 'outbound' : 'inbound',
    ourNumber: phone?.agent_number || null,
    customerNumber: phone?.external_number || null,
    startedAt: dateOf(metadata.start_time_unix_secs) ?? receivedAt,
    durationSeconds:
      duration !== null && duration <= MAX_DURATION_SECONDS ? Math.round(duration) : null,
    costMicros: metadata.cost_fiat === null ? null : Math.round(metadata.cost_fiat * 1_000_000),
    summary: analysis?.transcript_summary || null,
    transcript: conversation.transcript.flatMap((turn) => {
      const parsed = Turn.safeParse(turn)
      return parsed.success ? [{ role: parsed.data.role, message: parsed.data.message }] : []
    }),
    failureReason: hasFailed ? metadata.termination_reason || 'the conversation failed' : null,
  }
}

/** Unix seconds of this century, else undefined. */
function dateOf(seconds: number | null): Date | undefined {
  return seconds !== null && seconds > 946_684_800 && seconds < 4_102_444_800
    ? new Date(seconds * 1_000)
    : undefined
}
