import { z } from 'zod'
import { newId } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import { turn } from '../conversation.ts'
import type { AgentRow, ConversationRow, ToolRow, TranscriptTurn } from '../model.ts'
import { phoneOf } from '../phone-of.ts'
import { inPrompt } from './tool-ids.ts'
import { toolsOf } from './tools.ts'
import { callTool } from './use-webhook-tool.ts'

/** What became of a caller who asks for a person: the turn in which the agent used its tool, if it has one. */
export interface Handed {
  turn: TranscriptTurn | undefined
  /** The number that ElevenLabs itself puts the caller through to; null: it does not. */
  to: string | null
}

const SystemTool = z.looseObject({
  transfer_to_number: z.looseObject({
    params: z.looseObject({
      transfers: z
        .array(z.looseObject({ transfer_destination: z.looseObject({ phone_number: z.string() }) }))
        .min(1),
    }),
  }),
})

/**
 * The agent of a conversation is asked for a person: it uses the tool that it has. ElevenLabs puts a caller
 * through only on a number that was imported, because it has no credentials of Twilio's otherwise.
 */
export async function askForPerson(
  world: World,
  agent: AgentRow,
  row: ConversationRow,
): Promise<Handed> {
  const built = SystemTool.safeParse(inPrompt(agent.conversation_config, 'built_in_tools')).data
  const [transfer] = built?.transfer_to_number.params.transfers ?? []
  const to = transfer?.transfer_destination.phone_number
  if (to !== undefined && phoneOf(row).phone_number_id !== '')
    return { turn: used(row, 'system', 'transfer_to_number', { transferred: to }), to }
  const [tool] = toolsOf(world, agent)
  return { turn: tool && (await byServer(world, tool, row)), to: null }
}

async function byServer(world: World, tool: ToolRow, row: ConversationRow) {
  const { status, text } = await callTool(world, tool.tool_config, row)
  return used(row, 'webhook', tool.tool_config.name, { failed: status !== 200, text })
}

function used(
  row: ConversationRow,
  type: 'system' | 'webhook',
  name: string,
  {
    transferred,
    failed = false,
    text = '',
  }: Partial<Record<'transferred' | 'text', string>> & {
    failed?: boolean
  },
): TranscriptTurn {
  const common = { request_id: newId('req_', 24), tool_name: name, tool_has_been_called: true }
  return {
    ...turn(row, 'agent', 'One moment, please.'),
    tool_calls: [{ ...common, type, params_as_json: '{}' }],
    tool_results: [
      {
        ...common,
        type,
        result_value: text,
        is_error: failed,
        ...(transferred !== undefined && {
          result: {
            result_type: 'transfer_to_number_twilio_success',
            status: 'success',
            transfer_number: transferred,
            agent_message: '',
            conference_name: newId('conf_', 24),
          },
        }),
      },
    ],
  }
}
