import { z } from 'zod'
import { parseJson } from '../../../../src/platform/parse-json.ts'
import { ClientData } from '../client-data.ts'

/** What a client says. Source: npm @elevenlabs/types, asyncapi-types. */
const ClientFrame = z.discriminatedUnion('type', [
  ClientData.extend({
    type: z.literal('conversation_initiation_client_data'),
    source_info: z
      .strictObject({ source: z.string().nullish(), version: z.string().nullish() })
      .nullish(),
  }),
  z.strictObject({ type: z.literal('user_message'), text: z.string() }),
  z.strictObject({ type: z.literal('pong'), event_id: z.number() }),
  z.strictObject({
    type: z.literal('client_tool_result'),
    tool_call_id: z.string(),
    result: z.string(),
    is_error: z.boolean(),
  }),
])
export type ClientFrame = z.infer<typeof ClientFrame>

/** Throws for what is none. */
export function readClientFrame(text: string): ClientFrame {
  return ClientFrame.parse(parseJson(text))
}

export const metadataFrame = (conversationId: string) => ({
  type: 'conversation_initiation_metadata',
  conversation_initiation_metadata_event: {
    conversation_id: conversationId,
    agent_output_audio_format: 'ulaw_8000',
    user_input_audio_format: 'ulaw_8000',
  },
})

export const responseFrame = (text: string, eventId: number) => ({
  type: 'agent_response',
  agent_response_event: { agent_response: text, event_id: eventId },
})

export const correctionFrame = (original: string, corrected: string, eventId: number) => ({
  type: 'agent_response_correction',
  agent_response_correction_event: {
    original_agent_response: original,
    corrected_agent_response: corrected,
    event_id: eventId,
  },
})

export const pingFrame = (eventId: number) => ({
  type: 'ping',
  ping_event: { event_id: eventId, ping_ms: 5 },
})

export const toolCallFrame = (callId: string) => ({
  type: 'client_tool_call',
  client_tool_call: { tool_name: 'show_map', tool_call_id: callId, parameters: {} },
})

export const errorFrame = (code: number, message: string) => ({
  type: 'error',
  error_event: { code, message, error_type: 'conversation_error', reason: message },
})
