import { z } from 'zod'
import type { FailureReason } from '../../../telephony/failure-reason.ts'
import type { WholeReport } from '../../ports/voice-agents.ts'
import { Conversation, toCallReport } from './conversation.ts'
import { ConversationId, shortText, timeOf, unixSeconds } from './conversation-fields.ts'

const text = z.string().catch('')

const Transcription = z.looseObject({
  type: z.literal('post_call_transcription'),
  event_timestamp: unixSeconds,
  data: Conversation,
})

/** `body` is the form Twilio sent ElevenLabs as status callback. */
const Failure = z.looseObject({
  type: z.literal('call_initiation_failure'),
  event_timestamp: unixSeconds,
  data: z.looseObject({
    conversation_id: ConversationId,
    agent_id: shortText,
    failure_reason: text,
    metadata: z
      .looseObject({
        type: text,
        body: z
          .looseObject({ CallSid: shortText, To: shortText, From: shortText })
          .nullable()
          .catch(null),
      })
      .nullable()
      .catch(null),
  }),
})

/** Source: ElevenLabs, "Post-call webhooks": busy, no-answer or unknown. */
function notBegun(reason: string): FailureReason {
  if (reason === 'busy') return 'line_busy'
  return reason === 'no-answer' ? 'not_answered' : 'not_connected'
}

/**
 * A post-call event in our words; undefined for events that tell nothing of a call's end, or of what
 * is neither a call by telephone nor in writing: a conversation in a web page, or a test.
 * Source: ElevenLabs, "Post-call webhooks".
 */
export function readPostCallEvent(body: unknown, receivedAt: Date): WholeReport | undefined {
  const transcription = Transcription.safeParse(body)
  // A transcription is sent when the call has ended, whatever its status is called.
  if (transcription.success) {
    const { data, event_timestamp: reported } = transcription.data
    const report = toCallReport(data, { receivedAt, reportedAt: timeOf(reported, receivedAt) })
    if (!(report.isPhoneCall || report.isTextOnly)) return undefined
    return report.state === 'running' ? { ...report, state: 'ended' } : report
  }
  const failure = Failure.safeParse(body)
  if (!failure.success) return undefined
  const { conversation_id, agent_id, failure_reason, metadata } = failure.data.data
  // We dial over Twilio alone.
  if (metadata?.type && metadata.type !== 'twilio') return undefined
  const call = metadata?.body
  const startedAt = timeOf(failure.data.event_timestamp, receivedAt) ?? receivedAt
  return {
    conversationId: conversation_id,
    callId: null,
    providerCallId: call?.CallSid || null,
    agentId: agent_id || null,
    isPhoneCall: true,
    isTextOnly: false,
    state: 'not_connected',
    // Only a call that ElevenLabs places can fail to begin.
    direction: 'outbound',
    answeredBy: 'nobody',
    ourNumber: call?.From || null,
    customerNumber: call?.To || null,
    startedAt,
    earliestStart: startedAt,
    durationSeconds: null,
    costMicros: null,
    transferredTo: null,
    summary: null,
    outcome: null,
    transcript: [],
    collected: null,
    evaluation: null,
    doNotCall: false,
    failureReason: notBegun(failure_reason),
  }
}
