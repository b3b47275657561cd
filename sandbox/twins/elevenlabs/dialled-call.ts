import type { World } from '../core/world.ts'
import { findAgent } from './agents.ts'
import { connectCall } from './begin.ts'
import { failConversation } from './conversation.ts'
import { notFound } from './errors.ts'
import type { ConversationRow, TwilioForm } from './model.ts'
import { phoneOf } from './phone-of.ts'
import { sendCallFailure } from './post-call.ts'

/** Answers with TwiML when the customer of an outbound call has picked up. */
export async function answerDialledCall(
  world: World,
  conversationId: unknown,
  form: TwilioForm,
): Promise<string> {
  const conversation = conversationOf(world, conversationId, form)
  if (conversation === undefined) throw notFound('Conversation', conversationId)
  return await connectCall(world, {
    agent: findAgent(world, conversation.agent_id),
    conversation,
    clientData: () => conversation.conversation_initiation_client_data,
  })
}

/**
 * Hears from Twilio that a call is over. An outbound call whose conversation never began has
 * failed: the conversation is closed and the post-call webhook told.
 */
export function callEnded(world: World, conversationId: unknown, form: TwilioForm): void {
  const row = conversationOf(world, conversationId, form)
  if (row?.status !== 'initiated') return
  const status = form.CallStatus ?? ''
  failConversation(world, row, {
    reason: `The call did not come about: ${status}`,
    result: status === 'busy' ? 'busy' : status === 'no-answer' ? 'no_answer' : 'failed',
  })
  world.change(({ elevenlabs }) => {
    elevenlabs.callFailures[row.conversation_id] = form
  })
  world.background(() => sendCallFailure(world, row, form))
}

/** The conversation of a call that Twilio reports on; takes over the SID, which may be news. */
function conversationOf(
  world: World,
  conversationId: unknown,
  form: TwilioForm,
): ConversationRow | undefined {
  const row = world.state.elevenlabs.conversations.find((each) => {
    return each.conversation_id === conversationId
  })
  if (row === undefined) return undefined
  return world.change(() => {
    phoneOf(row).call_sid = form.CallSid ?? ''
    return row
  })
}
