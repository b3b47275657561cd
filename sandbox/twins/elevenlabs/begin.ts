import { newId } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import type { ClientData } from './client-data.ts'
import { failConversation, turn } from './conversation.ts'
import { deepMerge, isObject } from './deep-merge.ts'
import { fillIn, requireVariables, systemVariables } from './dynamic-variables.ts'
import type { AgentRow, ConversationRow, JsonObject } from './model.ts'
import { requireAllowed } from './overrides.ts'
import { phoneOf } from './phone-of.ts'
import { StartFailure } from './start-failure.ts'
import { toolsOf } from './tools/tools.ts'
import { variablesOf } from './tools/use-webhook-tool.ts'

/**
 * Begins a conversation, with the first message spoken, and answers with the TwiML that connects
 * the call to it; with a hang-up when it cannot begin, which fails the conversation.
 */
export async function connectCall(
  world: World,
  options: {
    agent: AgentRow
    conversation: ConversationRow
    clientData: () => ClientData | Promise<ClientData>
  },
): Promise<string> {
  const { agent, conversation, clientData } = options
  await failing(world, conversation, async () => {
    begin(world, agent, conversation, await clientData())
  })
  return conversation.status === 'failed'
    ? '<Response><Hangup/></Response>'
    : streamTwiml(world, conversation)
}

/** The stream of a registered call has come: its conversation begins, or fails. */
export async function beginRegistered(
  world: World,
  conversation: ConversationRow,
  callSid: string,
): Promise<void> {
  world.change(() => {
    phoneOf(conversation).call_sid = callSid
  })
  await failing(world, conversation, () => {
    const { agents } = world.state.elevenlabs
    const agent = agents.find((each) => each.agent_id === conversation.agent_id)
    if (agent === undefined) throw new StartFailure('The agent no longer exists')
    begin(world, agent, conversation, conversation.conversation_initiation_client_data)
  })
}

/** The TwiML that connects a call to a conversation. */
export function streamTwiml({ origin }: World, { conversation_id: id }: ConversationRow): string {
  const url = `${origin.replace('http', 'ws')}/elevenlabs/v1/convai/conversation/twilio`
  const parameter = `<Parameter name="conversation_id" value="${id}"/>`
  const stream = `<Stream url="${url}">${parameter}</Stream>`
  return `<?xml version="1.0" encoding="UTF-8"?><Response><Connect>${stream}</Connect></Response>`
}

async function failing(
  world: World,
  conversation: ConversationRow,
  start: () => void | Promise<void>,
): Promise<void> {
  try {
    await start()
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error
    failConversation(world, conversation, { reason: error.message, result: 'failed' })
  }
}

function begin(world: World, agent: AgentRow, row: ConversationRow, data: ClientData): void {
  const override = data.conversation_config_override
  requireAllowed(agent, override)
  const variables = { ...data.dynamic_variables, ...systemVariables(row) }
  const { firstMessage, prompt } = textsOf(deepMerge(agent.conversation_config, override))
  const ofTools = toolsOf(world, agent).flatMap(({ tool_config: tool }) => variablesOf(tool))
  requireVariables([firstMessage, prompt, ...ofTools.map((name) => `{{${name}}}`)], variables)
  world.change(() => {
    row.status = 'in-progress'
    row.user_id = data.user_id ?? null
    phoneOf(row).stream_sid = newId('MZ')
    row.metadata.accepted_time_unix_secs = row.metadata.start_time_unix_secs
    row.conversation_initiation_client_data = {
      ...row.conversation_initiation_client_data,
      dynamic_variables: variables,
      conversation_config_override: override,
      user_id: row.user_id,
    }
    if (firstMessage !== '')
      row.transcript.push(turn(row, 'agent', fillIn(firstMessage, variables)))
  })
}

/** The texts that the agent speaks and thinks by. */
export function textsOf(config: JsonObject): { firstMessage: string; prompt: string } {
  const agent = isObject(config.agent) ? config.agent : {}
  const prompt = isObject(agent.prompt) ? agent.prompt.prompt : undefined
  return { firstMessage: textOf(agent.first_message), prompt: textOf(prompt) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
