import type { World } from '../core/world.ts'
import { findAgent } from './agents.ts'
import { connectCall } from './begin.ts'
import { limitReached } from './call-limits.ts'
import type { PhoneRow } from './model.ts'
import { openConversation } from './open-conversation.ts'
import { askPreCall } from './pre-call.ts'
import { StartFailure } from './start-failure.ts'

/**
 * Answers an inbound call to an imported number with TwiML: a stream to the conversation it
 * opened, a hang-up when that could not begin, as when the agent may have no more, a rejection when the
 * number has no agent.
 */
export async function answerInboundCall(
  world: World,
  phone: PhoneRow,
  call: { from: string; callSid: string },
): Promise<string> {
  if (phone.agent_id === null) return '<Response><Reject/></Response>'
  const agent = findAgent(world, phone.agent_id)
  const { from: customer, callSid } = call
  const reached = limitReached(world, agent)
  const conversation = openConversation(world, {
    agent,
    phone,
    customer,
    callSid,
    direction: 'inbound',
  })
  const clientData = () => {
    if (reached) throw new StartFailure(reached.message)
    return askPreCall(world, agent, conversation)
  }
  return await connectCall(world, { agent, conversation, clientData })
}
