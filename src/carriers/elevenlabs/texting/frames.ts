import { z } from 'zod'
import { parseJson } from '../../../platform/parse-json.ts'
import type { TextQuestion } from '../../ports/text-conversations.ts'
import { TOOL_EVENTS } from '../abilities/texting.ts'

const id = z.union([z.string(), z.number()])

/** What the platform says in a conversation, as far as it matters here. Source: npm @elevenlabs/types, asyncapi-types. */
const Frame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('conversation_initiation_metadata'),
    conversation_initiation_metadata_event: z.object({
      conversation_id: z.string().min(1).max(255),
    }),
  }),
  z.object({
    type: z.literal('agent_response'),
    agent_response_event: z.object({ agent_response: z.string() }),
  }),
  z.object({
    type: z.literal('agent_response_correction'),
    agent_response_correction_event: z.object({ corrected_agent_response: z.string() }),
  }),
  z.object({ type: z.literal('ping'), ping_event: z.object({ event_id: id }) }),
  z.object({
    type: z.literal('client_tool_call'),
    client_tool_call: z.object({ tool_name: z.string().catch(''), tool_call_id: z.string() }),
  }),
  // The agent uses a tool that is none of its client's; what it does is nothing to us.
  z.object({ type: z.literal(TOOL_EVENTS) }),
  z.object({
    type: z.literal('error'),
    error_event: z.object({
      code: z.number().nullish().catch(null),
      message: z.string().nullish().catch(null),
      reason: z.string().nullish().catch(null),
    }),
  }),
])
export type Frame = z.infer<typeof Frame>

/** Undefined: of a kind that says nothing here; there are more than twenty, and may be others tomorrow. */
export function readFrame(text: string): Frame | undefined {
  return Frame.safeParse(parseJson(text)).data
}

/** The first word of a client: whom the agent speaks to, that it writes, and that it is not to begin. */
export function beginning({ turnId, variables }: TextQuestion) {
  return {
    type: 'conversation_initiation_client_data',
    dynamic_variables: variables,
    user_id: turnId,
    conversation_config_override: {
      conversation: { text_only: true },
      agent: { first_message: '' },
    },
    source_info: { source: 'orgline' },
  }
}

export const asking = ({ text }: TextQuestion) => ({ type: 'user_message', text })

export const pong = (eventId: string | number) => ({ type: 'pong', event_id: eventId })

/** No client has tools here: the agent is told, instead of waiting for one. */
export const noSuchTool = (callId: string, name: string) => ({
  type: 'client_tool_result',
  tool_call_id: callId,
  result: `There is no client tool ${name} in text conversations`,
  is_error: true,
})
