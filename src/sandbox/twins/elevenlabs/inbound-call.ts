import type { World } from '../core/world.ts'
import { findAgent } from './agents.ts'
import { failConversation, openConversation, turn } from './conversation.ts'
import { deepMerge, isObject } from './deep-merge.ts'
import { fillIn, requireVariables, systemVariables } from './dynamic-variables.ts'
import type { AgentRow, ConversationRow, JsonObject, PhoneRow } from './model.ts'
import { requireAllowed } from './overrides.ts'
import { askPreCall } from './pre-call.ts'
import { StartFailure } from './start-failure.ts'

/**
 * Answers an inbound call to an imported number with TwiML: a stream to the conversation it
 * opened, a hang-up when that could not begin, a rejection when the number has no agent.
 */
export async function answerInboundCall(
  world: World,
  phone: PhoneRow,
  call: { from: string; callSid: string },
): Promise<string> {
  if (phone.agent_id === null) return '<Response><Reject/></Response>'
  const agent = findAgent(world, phone.agent_id)
  const conversation = openConversation(world, { agent, phone, ...call })
  try {
    await begin(world, agent, conversation)
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error
    failConversation(world, conversation, error.message)
    return '<Response><Hangup/></Response>'
  }
  const host = world.origin.replace('http://', 'wss://')
  const url = `${host}/elevenlabs/stream/${conversation.conversation_id}`
  return `<Response><Connect><Stream url="${url}"/></Connect></Response>`
}

async function begin(world: World, agent: AgentRow, row: ConversationRow): Promise<void> {
  const data = await askPreCall(world, agent, row)
  const override = data.conversation_config_override
  requireAllowed(agent, override)
  const variables = { ...data.dynamic_variables, ...systemVariables(row) }
  const { firstMessage, prompt } = textsOf(deepMerge(agent.conversation_config, override))
  requireVariables([firstMessage, prompt], variables)
  world.change(() => {
    row.status = 'in-progress'
    row.user_id = data.user_id ?? null
    row.metadata.accepted_time_unix_secs = row.metadata.start_time_unix_secs
    row.conversation_initiation_client_data = {
      dynamic_variables: variables,
      conversation_config_override: override,
      user_id: row.user_id,
    }
    if (firstMessage !== '')
      row.transcript.push(turn(row, 'agent', fillIn(firstMessage, variables)))
  })
}

/** The texts that the agent speaks and thinks by. */
function textsOf(config: JsonObject): { firstMessage: string; prompt: string } {
  const agent = isObject(config.agent) ? config.agent : {}
  const prompt = isObject(agent.prompt) ? agent.prompt.prompt : undefined
  return { firstMessage: textOf(agent.first_message), prompt: textOf(prompt) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
