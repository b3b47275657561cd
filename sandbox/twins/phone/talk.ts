import { failConversation } from '../elevenlabs/conversation.ts'
import type { ConversationRow } from '../elevenlabs/model.ts'
import { endCall } from '../twilio/call.ts'
import type { Answer, Target } from '../twilio/webhooks.ts'
import { followTwiml } from './follow-twiml.ts'
import type { Heard, Line } from './line.ts'

/** How a call went. */
interface Talk {
  heard: Heard
  /** The conversation of the call, also when it could not begin. */
  conversation: ConversationRow | undefined
  /** The same, when it took place. */
  talking: ConversationRow | undefined
}

/** Goes through a call that an application answered with TwiML, and reports its end. */
export async function talk(line: Line, answer: Answer, statusCallback: Target): Promise<Talk> {
  const { world, call } = line
  if (line.hangsUp === 'while_ringing') return await hangUpRinging(line, statusCallback)
  const followed = await followTwiml(line, answer)
  const conversation = world.state.elevenlabs.conversations.find((row) => {
    return row.metadata.phone_call?.call_sid === call.sid
  })
  const heard = withReason(followed, conversation)
  const status = heard.rejected ? 'busy' : 'completed'
  const duration = heard.error === undefined ? Math.max(1, heard.seconds) : 0
  await endCall(world, call, { status, duration }, statusCallback)
  return { heard, conversation, talking: heard.connected ? conversation : undefined }
}

/** What the application answered comes to nobody; a conversation that was opened for it is none. */
async function hangUpRinging({ world, call }: Line, statusCallback: Target): Promise<Talk> {
  const conversation = world.state.elevenlabs.conversations.find((row) => {
    return row.metadata.phone_call?.call_sid === call.sid
  })
  if (conversation?.status === 'in-progress')
    failConversation(world, conversation, { reason: 'The caller hung up', result: 'no_answer' })
  await endCall(world, call, { status: 'no-answer', duration: 0 }, statusCallback)
  const error = 'The caller hung up while it rang'
  const heard = { said: [], sounds: [], seconds: 0, connected: false, rejected: false }
  return {
    heard: { ...heard, forwardedTo: null, whispered: null, recorded: null, error },
    conversation,
    talking: undefined,
  }
}

/** A conversation that failed says why the customer was cut off. */
function withReason(heard: Heard, conversation: ConversationRow | undefined): Heard {
  if (conversation?.status !== 'failed') return heard
  return { ...heard, error: conversation.metadata.termination_reason }
}
