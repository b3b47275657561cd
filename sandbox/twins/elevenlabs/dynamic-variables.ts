import type { ConversationRow, DynamicVariables } from './model.ts'
import { StartFailure } from './start-failure.ts'

const placeholder = /\{\{\s*(\w+)\s*\}\}/g

/** The `system__` variables that ElevenLabs itself supplies. */
export function systemVariables(conversation: ConversationRow): DynamicVariables {
  const { agent_id, conversation_id, metadata } = conversation
  const {
    direction,
    agent_number = '',
    external_number = '',
    call_sid = '',
  } = metadata.phone_call ?? {}
  const inbound = direction === 'inbound'
  const now = new Date()
  return {
    system__agent_id: agent_id,
    system__current_agent_id: agent_id,
    system__caller_id: inbound ? external_number : agent_number,
    system__called_number: inbound ? agent_number : external_number,
    system__call_duration_secs: 0,
    system__time_utc: now.toISOString(),
    system__time: now.toUTCString(),
    system__timezone: 'UTC',
    system__conversation_id: conversation_id,
    system__call_sid: call_sid,
    system__agent_turns: 0,
    system__current_agent_turns: 0,
    system__current_subagent_turns: 0,
    system__is_text_only: metadata.text_only,
    system__conversation_history: '{"entries":[]}',
  }
}

/** Throws a `StartFailure` that names the variables the texts use and nobody supplied. */
export function requireVariables(texts: string[], variables: DynamicVariables): void {
  const used = texts.flatMap((text) => [...text.matchAll(placeholder)].map(([, name = '']) => name))
  const missing = [...new Set(used)].filter((name) => !(name in variables))
  if (missing.length === 0) return
  const names = missing.map((name) => `'${name}'`).join(', ')
  throw new StartFailure(
    `Missing required dynamic variables in the first message, the prompt or a tool: ${names}`,
  )
}

/** The text with every `{{name}}` replaced by its value. */
export function fillIn(text: string, variables: DynamicVariables): string {
  return text.replaceAll(placeholder, (all, name) => String(variables[name] ?? all))
}
