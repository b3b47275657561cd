import { z } from 'zod'
import type { CallReport } from '../ports.ts'
import { Conversation, toCallReport } from './conversation.ts'

const text = z.string().catch('')

const Transcription = z.looseObject({
  type: z.literal('post_call_transcription'),
  data: Conversation,
})

/** `body` is the form Twilio sent ElevenLabs as status callback. */
const Failure = z.looseObject({
  type: z.literal('call_initiation_failure'),
  data: z.looseObject({
    conversation_id: z.string().min(1),
    agent_id: text,
    failure_reason: text,
    metadata: z
      .looseObject({
        body: z.looseObject({ CallSid: text, To: text, From: text }).nullable().catch(null),
      })
      .nullable()
      .catch(null),
  }),
})

/**
 * A post-call event in our words; undefined for events that tell nothing of a call's end.
 * Source: ElevenLabs, "Post-call webhooks".
 */
export function readPostCallEvent(body: unknown, receivedAt: Date): CallReport | undefined {
  const transcription = Transcription.safeParse(body)
  // A transcription is sent when the call has ended, whatever its status is called.
  if (transcription.success) {
    const report = toCallReport(transcription.data.data, receivedAt)
    return report.state === 'running' ? { ...report, state: 'ended' } : report
  }
  const failure = Failure.safeParse(body)
  if (!failure.success) return undefined
  const { conversation_id, agent_id, failure_reason, metadata } = failure.data.data
  const call = metadata?.body
  return {
    conversationId: conversation_id,
    callId: null,
    providerCallId: call?.CallSid || null,
    agentId: agent_id || null,
    state: 'failed',
    // Only a call that ElevenLabs places can fail to begin.
    direction: 'outbound',
    ourNumber: call?.From || null,
    customerNumber: call?.To || null,
    startedAt: receivedAt,
    durationSeconds: null,
    costMicros: null,
    summary: null,
    transcript: [],
    failureReason: failure_reason || 'unknown',
  }
}
