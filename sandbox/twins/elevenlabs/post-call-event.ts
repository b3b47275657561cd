import { unixNow } from '../core/time.ts'
import type { ConversationRow, TwilioForm } from './model.ts'

export const postCallTypes = ['post_call_transcription', 'call_initiation_failure'] as const

/** What a post-call webhook tells. */
export interface PostCallEvent {
  type: (typeof postCallTypes)[number]
  event_timestamp: number
  data: object
}

/** A conversation is over; its data are those of `conversations.get`. */
export function transcription(row: ConversationRow): PostCallEvent {
  return { type: 'post_call_transcription', event_timestamp: unixNow(), data: row }
}

/** A call to a customer did not come about; `form` is what Twilio told of it. */
export function callFailure(row: ConversationRow, form: TwilioForm): PostCallEvent {
  const status = form.CallStatus
  return {
    type: 'call_initiation_failure',
    event_timestamp: unixNow(),
    data: {
      agent_id: row.agent_id,
      conversation_id: row.conversation_id,
      failure_reason: status === 'busy' || status === 'no-answer' ? status : 'unknown',
      metadata: { type: 'twilio', body: form },
    },
  }
}
