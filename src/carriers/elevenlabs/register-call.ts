import { z } from 'zod'
import { isTwiml } from '../../telephony/twiml-document.ts'
import type { VoiceAgents } from '../ports/voice-agents.ts'
import type { ElevenLabsClient } from './client.ts'

const Twiml = z.string().refine(isTwiml, 'is no TwiML document')

/** Whatever is no TwiML is a `bad_reply`. Source: ElevenLabs, "Register Twilio calls". */
export function registerCall(request: ElevenLabsClient): VoiceAgents['registerCall'] {
  return ({ agentId, from, to, callId, variables }, signal) =>
    request({
      operation: 'registerCall',
      method: 'POST',
      path: 'convai/twilio/register-call',
      body: {
        agent_id: agentId,
        from_number: from,
        to_number: to,
        direction: 'inbound',
        conversation_initiation_client_data: {
          dynamic_variables: variables,
          ...(callId !== null && { user_id: callId }),
        },
      },
      isText: true,
      signal,
      reply: Twiml,
    })
}
