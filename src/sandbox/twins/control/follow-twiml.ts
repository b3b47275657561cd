import type { ConversationRow } from '../elevenlabs/model.ts'
import type { TwimlElement } from '../twilio/twiml.ts'
import type { Answer } from '../twilio/webhooks.ts'

/** What a caller experiences of a call. */
export interface Heard {
  said: string[]
  /** Whether the call was put through to the conversation. */
  connected: boolean
  rejected: boolean
  /** Why the caller reached nobody. */
  error?: string
}

/**
 * Follows the TwiML of a call up to its end: `<Say>`, `<Connect><Stream>` to the conversation,
 * `<Reject>`, `<Hangup>`; other verbs are passed over.
 */
export function followTwiml(answer: Answer, conversation: ConversationRow | undefined): Heard {
  const heard: Heard = { said: [], connected: false, rejected: false }
  if (conversation?.status === 'failed') {
    return { ...heard, error: conversation.metadata.termination_reason }
  }
  if (answer.errorCode !== null) {
    const status = answer.status === null ? '' : `, HTTP ${answer.status}`
    return { ...heard, error: `No usable TwiML (Twilio error ${answer.errorCode}${status})` }
  }
  if (answer.status === null) return { ...heard, error: 'The number has no voice URL' }
  for (const verb of answer.verbs) {
    if (verb.name === 'Hangup') break
    // Once a call is answered it can no longer be rejected, only ended.
    if (verb.name === 'Reject') {
      if (heard.said.length > 0) break
      return { ...heard, rejected: true, error: 'The call was rejected' }
    }
    if (verb.name === 'Say') heard.said.push(verb.text.trim())
    if (verb.name === 'Connect') return connect(heard, verb, conversation)
  }
  return heard
}

function connect(
  heard: Heard,
  verb: TwimlElement,
  conversation: ConversationRow | undefined,
): Heard {
  const stream = verb.children.find((child) => child.name === 'Stream')
  const id = stream?.attributes.url?.split('/').at(-1)
  if (conversation === undefined || id !== conversation.conversation_id) {
    return { ...heard, error: 'The stream leads to no conversation of this call' }
  }
  const opening = conversation.transcript.map((turn) => turn.message)
  return { ...heard, connected: true, said: [...heard.said, ...opening] }
}
