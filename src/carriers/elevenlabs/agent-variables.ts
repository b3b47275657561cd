import { variablesIn } from '../../platform/template-variables.ts'
import type { AgentPersona } from '../ports/agent-editor.ts'
import type { AgentConfig } from './agent-config.ts'

/** What ElevenLabs tells an agent of every call over Twilio; source: its docs, "System dynamic variables". */
export const systemVariables: readonly string[] = [
  'system__agent_id',
  'system__current_agent_id',
  'system__caller_id',
  'system__called_number',
  'system__call_duration_secs',
  'system__time_utc',
  'system__time',
  'system__timezone',
  'system__conversation_id',
  'system__call_sid',
  'system__agent_turns',
  'system__current_agent_turns',
  'system__current_subagent_turns',
  'system__is_text_only',
  'system__conversation_history',
]

/** The variables that an agent uses, once it has the words given; its placeholders are no use of them. */
function usedVariables(
  { conversation_config: config }: AgentConfig,
  { firstMessage, prompt }: AgentPersona,
): string[] {
  const { dynamic_variables: _, ...agent } = config.agent ?? {}
  return variablesIn({
    ...config,
    agent: {
      ...agent,
      first_message: firstMessage ?? agent.first_message,
      prompt: { ...agent.prompt, prompt: prompt ?? agent.prompt?.prompt },
    },
  })
}

/** Those of the variables that an agent leaves out, wherever it could use them. */
export function unusedVariables(agent: AgentConfig, variables: readonly string[]): string[] {
  const used = usedVariables(agent, {})
  return variables.filter((name) => !used.includes(name))
}

/**
 * The variables an agent uses, once it has the words given, that no call has: each of its calls would
 * end before a word is said. Its placeholders are no help: they stand in for variables in the
 * dashboard's tests, not in calls.
 */
export function missingVariables(
  agent: AgentConfig,
  words: AgentPersona,
  variables: readonly string[],
): string[] {
  const known = [...variables, ...systemVariables]
  return usedVariables(agent, words).filter((name) => !known.includes(name))
}
