import { z } from 'zod'
import type { World } from '../core/world.ts'
import { finishConversation } from '../elevenlabs/conversation.ts'
import type { ConversationRow, DynamicVariables } from '../elevenlabs/model.ts'
import { sendPostCall } from '../elevenlabs/post-call.ts'
import { endCall, receiveCall } from '../twilio/inbound-call.ts'
import { followTwiml, type Heard } from './follow-twiml.ts'
import { ownedNumber } from './owned-number.ts'
import { parseBody } from './problem.ts'

const PhoneCall = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1),
  says: z.array(z.string()).default([]),
})

/**
 * A customer calls, hears what there is to hear, says each text of `says`, and hangs up. The
 * answer comes when the call is recorded and its webhooks are delivered; `postCall` is null when
 * no post-call webhook was due.
 */
export async function placeCall(world: World, body: unknown): Promise<unknown> {
  const { from, to, says } = parseBody(PhoneCall, body)
  const number = ownedNumber(world, to)
  const { call, answer } = await receiveCall(world, number, from)
  const conversation = conversationOf(world, call.sid)
  const heard = followTwiml(answer, conversation)
  const talking = heard.error === undefined && heard.connected ? conversation : undefined
  if (talking !== undefined) finishConversation(world, talking, says)
  await endCall(world, number, call, {
    status: heard.rejected ? 'busy' : 'completed',
    duration: durationOf(heard, talking),
  })
  return {
    answered: heard.error === undefined,
    ...(heard.error !== undefined && { error: heard.error }),
    agentSaid: heard.said.join(' '),
    variables: talking === undefined ? {} : ownVariables(talking),
    callSid: call.sid,
    conversationId: conversation?.conversation_id ?? null,
    postCall: talking === undefined ? null : await sendPostCall(world, talking),
  }
}

function conversationOf(world: World, callSid: string): ConversationRow | undefined {
  return world.state.elevenlabs.conversations.find((row) => {
    return row.metadata.phone_call.call_sid === callSid
  })
}

function durationOf(heard: Heard, conversation: ConversationRow | undefined): number {
  if (heard.error !== undefined) return 0
  return conversation?.metadata.call_duration_secs ?? Math.max(1, heard.said.length * 3)
}

/** The variables that came from the customer's server. */
function ownVariables(row: ConversationRow): DynamicVariables {
  const variables = Object.entries(row.conversation_initiation_client_data.dynamic_variables)
  return Object.fromEntries(variables.filter(([name]) => !name.startsWith('system__')))
}
