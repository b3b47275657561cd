import type { Transfer } from '../../ports/agent-editor.ts'
import type { AgentConfig } from '../agent-config.ts'
import type { ElevenLabsClient } from '../client.ts'
import type { OwnWebhooks } from '../own/own-webhooks.ts'
import { platformTransfer } from './platform-transfer.ts'
import { ensureServerTool, listServerTools } from './server-tool.ts'

/**
 * What an agent's prompt is to have of tools, so that it hands callers over as `transfer` says: ElevenLabs'
 * own where that puts them through, a tool of this server's where this server answers the calls. Never both,
 * and whatever other tools the agent has, stay. Tools are named by id: inline ones are refused (ElevenLabs,
 * "Agent tools deprecation").
 * @throws CarrierError
 */
export async function toolsFor(
  request: ElevenLabsClient,
  { conversation_config: { agent } }: AgentConfig,
  transfer: Transfer | null,
  own: OwnWebhooks,
): Promise<object> {
  const before = agent?.prompt?.built_in_tools?.transfer_to_number ?? null
  const after = platformTransfer(before, transfer?.by === 'elevenlabs' ? transfer.to : null)
  return {
    ...(after !== before && { built_in_tools: { transfer_to_number: after } }),
    tool_ids: await toolIds(request, agent?.prompt?.tool_ids ?? [], transfer, own),
  }
}

async function toolIds(
  request: ElevenLabsClient,
  before: string[],
  transfer: Transfer | null,
  own: OwnWebhooks,
): Promise<string[]> {
  const found = await listServerTools(request, own)
  const ours = found.map(({ id }) => id)
  if (transfer?.by !== 'server') return before.filter((id) => !ours.includes(id))
  if (before.some((id) => ours.includes(id))) return before
  return [...before, await ensureServerTool(request, own, found)]
}
