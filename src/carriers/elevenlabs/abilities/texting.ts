/** The part of an agent that says so, as agents.get answers it. */
interface Texting {
  conversation_config: {
    conversation?:
      | { text_only?: boolean | null | undefined; client_events?: string[] | null | undefined }
      | null
      | undefined
  }
  platform_settings?:
    | {
        overrides?:
          | {
              conversation_config_override?:
                | {
                    conversation?: { text_only?: boolean | null | undefined } | null | undefined
                    agent?: { first_message?: boolean | null | undefined } | null | undefined
                  }
                | null
                | undefined
            }
          | null
          | undefined
      }
    | null
    | undefined
}

/** What an agent tells its client by itself; a list of its own takes the place of all of it. */
const USUAL_EVENTS = ['audio', 'interruption', 'user_transcript']

/** By which an agent tells that it uses a tool of a server, or has. Source: ElevenLabs' SDK, ClientEvent. */
export const TOOL_EVENTS = ['agent_tool_request', 'agent_tool_response', 'mcp_tool_call'] as const

/** What it has to tell, or a text conversation shows no answer. */
const TEXT_EVENTS = [
  'conversation_initiation_metadata',
  'ping',
  'agent_response',
  'agent_response_correction',
  'client_tool_call',
  ...TOOL_EVENTS,
]

/**
 * What is ours to say of an agent so that it answers in writing, beside what it has (undefined: it is new): it may be told
 * that a conversation is text only, and to begin it with nothing, and tells what it answers. Whatever else it may be told
 * stays. Source: ElevenLabs, "Chat mode" and "Overrides".
 */
export function textingFor(actual: Texting | undefined) {
  const open = actual?.platform_settings?.overrides?.conversation_config_override
  const events = actual?.conversation_config.conversation?.client_events
  return {
    client_events: [...new Set([...(events ?? USUAL_EVENTS), ...TEXT_EVENTS])],
    conversation_config_override: {
      ...open,
      conversation: { ...open?.conversation, text_only: true },
      agent: { ...open?.agent, first_message: true },
    },
  }
}

/** Keys that are given as a whole, because the vendor may replace them so. */
export const GIVEN_WHOLE = ['client_events', 'conversation_config_override']

/** What of it an agent lacks, in words. */
export function lackOfTexting(agent: Texting): string[] {
  const open = agent.platform_settings?.overrides?.conversation_config_override
  const events = agent.conversation_config.conversation?.client_events ?? []
  const isTextOnly = agent.conversation_config.conversation?.text_only === true
  return [
    ...(open?.conversation?.text_only === true || isTextOnly ? [] : ['the override text_only']),
    ...(open?.agent?.first_message === true ? [] : ['the override first_message']),
    ...(events.includes('agent_response') ? [] : ['the client event agent_response']),
  ]
}
