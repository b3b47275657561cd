import { z } from 'zod'
import type { World } from '../core/world.ts'
import type { ConversationRow, DynamicVariables } from '../elevenlabs/model.ts'
import { sendTranscription } from '../elevenlabs/post-call.ts'
import { receiveCall } from '../twilio/inbound-call.ts'
import { ownedNumber } from './owned-number.ts'
import { parseBody } from './problem.ts'
import { talk } from './talk.ts'

const PhoneCall = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1),
  says: z.array(z.string()).default([]),
})

/**
 * A customer calls, hears what there is to hear, says each text of `says`, and hangs up. The
 * answer comes when the call is recorded and its webhooks are delivered; `postCall` is how the
 * first delivery of the post-call webhook ended, null when none was due.
 */
export async function placeCall(world: World, body: unknown): Promise<unknown> {
  const { from, to, says } = parseBody(PhoneCall, body)
  const number = ownedNumber(world, to)
  const { call, answer } = await receiveCall(world, number, from)
  const statusCallback = { url: number.status_callback, method: number.status_callback_method }
  const { heard, conversation, talking } = await talk(world, { call, answer, says, statusCallback })
  return {
    answered: heard.error === undefined,
    ...(heard.error !== undefined && { error: heard.error }),
    agentSaid: heard.said.join(' '),
    variables: talking === undefined ? {} : ownVariables(talking),
    callSid: call.sid,
    conversationId: conversation?.conversation_id ?? null,
    postCall: talking === undefined ? null : await sendTranscription(world, talking),
  }
}

/** The variables that came from the customer's server. */
function ownVariables(row: ConversationRow): DynamicVariables {
  const variables = Object.entries(row.conversation_initiation_client_data.dynamic_variables)
  return Object.fromEntries(variables.filter(([name]) => !name.startsWith('system__')))
}
