import type { World } from '../core/world.ts'
import { finishConversation } from '../elevenlabs/conversation.ts'
import type { ConversationRow } from '../elevenlabs/model.ts'
import { endCall } from '../twilio/call.ts'
import type { CallRow } from '../twilio/model.ts'
import type { Answer, Target } from '../twilio/webhooks.ts'
import { followTwiml, type Heard } from './follow-twiml.ts'

/** How a call went. */
interface Talk {
  heard: Heard
  /** The conversation of the call, also when it could not begin. */
  conversation: ConversationRow | undefined
  /** The same, when it took place. */
  talking: ConversationRow | undefined
}

/**
 * Goes through a call that an application answered with TwiML: the customer listens, says each
 * text of `says` to the agent they reach, and hangs up.
 */
export async function talk(
  world: World,
  options: { call: CallRow; answer: Answer; says: string[]; statusCallback: Target },
): Promise<Talk> {
  const { call, answer, says, statusCallback } = options
  const conversation = world.state.elevenlabs.conversations.find((row) => {
    return row.metadata.phone_call.call_sid === call.sid
  })
  const heard = followTwiml(answer, conversation)
  const talking = heard.error === undefined && heard.connected ? conversation : undefined
  if (talking !== undefined) finishConversation(world, talking, says)
  const status = heard.rejected ? 'busy' : 'completed'
  await endCall(world, call, { status, duration: durationOf(heard, talking) }, statusCallback)
  return { heard, conversation, talking }
}

function durationOf(heard: Heard, conversation: ConversationRow | undefined): number {
  if (heard.error !== undefined) return 0
  return conversation?.metadata.call_duration_secs ?? Math.max(1, heard.said.length * 3)
}
