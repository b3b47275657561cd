import { z } from 'zod'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { requireTelephoneAudio } from './agent-audio.ts'
import { findAgent } from './agents.ts'
import { streamTwiml } from './begin.ts'
import { requireRoom } from './call-limits.ts'
import { ClientData, noClientData } from './client-data.ts'
import { parseBody } from './errors.ts'
import { openConversation } from './open-conversation.ts'

const RegisterCall = z.strictObject({
  agent_id: z.string(),
  from_number: z.string(),
  to_number: z.string(),
  direction: z.enum(['inbound', 'outbound']).default('inbound'),
  conversation_initiation_client_data: ClientData.nullish(),
})

/**
 * A call that the customer's own Twilio number has, for which the answer is TwiML, as `text/html`.
 * Nothing is imported and no pre-call webhook asked: what the agent is to know comes with the
 * request, and is looked at when the stream begins. Errors: 404 unknown agent, 400 one that does
 * not speak μ-law at 8 kHz both ways, 429 one that may have no more conversations, 422.
 */
export function registerCallOperations(world: World): Operation[] {
  return [
    {
      name: 'registerCall',
      method: 'post',
      path: '/v1/convai/twilio/register-call',
      handle({ body }) {
        const call = parseBody(RegisterCall, body)
        const agent = findAgent(world, call.agent_id)
        requireTelephoneAudio(agent)
        requireRoom(world, agent)
        const inbound = call.direction === 'inbound'
        const conversation = openConversation(world, {
          agent,
          phone: { phone_number_id: '', phone_number: inbound ? call.to_number : call.from_number },
          customer: inbound ? call.from_number : call.to_number,
          direction: call.direction,
          callSid: '',
          clientData: call.conversation_initiation_client_data ?? noClientData,
        })
        return { status: 200, type: 'text/html', body: streamTwiml(world, conversation) }
      },
    },
  ]
}
