import { z } from 'zod'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { findAgent } from './agents.ts'
import { requireRoom } from './call-limits.ts'
import { ClientData, noClientData } from './client-data.ts'
import { parseBody } from './errors.ts'
import type { ConversationRow } from './model.ts'
import { openConversation } from './open-conversation.ts'
import { findPhone } from './phone-numbers.ts'
import { phoneOf } from './phone-of.ts'
import { placeAtTwilio } from './place-at-twilio.ts'

const OutboundCall = z.strictObject({
  agent_id: z.string(),
  agent_phone_number_id: z.string(),
  to_number: z.string(),
  conversation_initiation_client_data: ClientData.nullish(),
  call_recording_enabled: z.boolean().nullish(),
  telephony_call_config: z
    .strictObject({ ringing_timeout_secs: z.int().positive().optional() })
    .nullish(),
})

/**
 * The call to a customer. Whatever Twilio refuses is a 200 with `success: false` too; the answer
 * comes as soon as Twilio has accepted the call, long before the customer does.
 */
export function outboundCallOperations(world: World): Operation[] {
  return [
    {
      name: 'outboundCall',
      method: 'post',
      path: '/v1/convai/twilio/outbound-call',
      async handle({ body }) {
        const wanted = parseBody(OutboundCall, body)
        return { status: 200, body: await placeCall(world, wanted) }
      },
    },
  ]
}

async function placeCall(world: World, wanted: z.infer<typeof OutboundCall>): Promise<unknown> {
  const agent = findAgent(world, wanted.agent_id)
  const phone = findPhone(world, wanted.agent_phone_number_id)
  if (phone.supports_outbound === false) {
    return refused(`Phone number ${phone.phone_number} does not support outbound calls`)
  }
  requireRoom(world, agent)
  // Twilio may ask for the conversation before its answer is here, so it exists before the call.
  const conversation = openConversation(world, {
    agent,
    phone,
    customer: wanted.to_number,
    direction: 'outbound',
    callSid: '',
    clientData: wanted.conversation_initiation_client_data ?? noClientData,
  })
  const placed = await placeAtTwilio(world, phone, conversation)
  if ('refusal' in placed) {
    forget(world, conversation)
    return refused(placed.refusal)
  }
  world.change(() => {
    phoneOf(conversation).call_sid = placed.callSid
  })
  return {
    success: true,
    message: 'Success',
    conversation_id: conversation.conversation_id,
    callSid: placed.callSid,
  }
}

function refused(message: string): unknown {
  return { success: false, message, conversation_id: null, callSid: null }
}

function forget(world: World, conversation: ConversationRow): void {
  world.change(({ elevenlabs }) => {
    elevenlabs.conversations = elevenlabs.conversations.filter((row) => row !== conversation)
  })
}
