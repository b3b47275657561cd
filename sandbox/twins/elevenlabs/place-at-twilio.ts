import { z } from 'zod'
import type { World } from '../core/world.ts'
import type { ConversationRow, PhoneRow } from './model.ts'
import { phoneOf } from './phone-of.ts'
import { askTwilio } from './twilio-account.ts'
import { voiceOrigin } from './voice-origin.ts'

const Accepted = z.object({ sid: z.string() })
const Refused = z.object({ code: z.number(), message: z.string() })

/**
 * Has Twilio place the call of a conversation, by its own API and with the token given at the
 * import; Twilio's words when it refuses.
 */
export async function placeAtTwilio(
  world: World,
  phone: PhoneRow,
  conversation: ConversationRow,
): Promise<{ callSid: string } | { refusal: string }> {
  const ours = `${voiceOrigin(world)}/elevenlabs/twilio`
  const query = `?conversation_id=${conversation.conversation_id}`
  const form = new URLSearchParams({
    From: phone.phone_number,
    To: phoneOf(conversation).external_number,
    Url: `${ours}/outbound_call${query}`,
    StatusCallback: `${ours}/status-callback${query}`,
  })
  const response = await askTwilio(world, phone, 'Calls.json', form)
  const body: unknown = await response.json()
  if (response.ok) return { callSid: Accepted.parse(body).sid }
  const { code, message } = Refused.parse(body)
  return { refusal: `Twilio error ${code}: ${message}` }
}
