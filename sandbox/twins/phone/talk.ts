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

/** A conversation that failed says why the customer was cut off. */
function withReason(heard: Heard, conversation: ConversationRow | undefined): Heard {
  if (conversation?.status !== 'failed') return heard
  return { ...heard, error: conversation.metadata.termination_reason }
}
