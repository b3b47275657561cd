import { z } from 'zod'
import type { ElevenLabsClient } from '../client.ts'
import { cursorPages } from '../cursor-pages.ts'
import { differenceOf } from '../difference.ts'
import { type OwnWebhooks, SECRET_HEADER } from '../own/own-webhooks.ts'
import { CONDITION } from './platform-transfer.ts'

const ServerTool = z.looseObject({
  id: z.string(),
  tool_config: z.looseObject({ name: z.string() }),
})
type ServerTool = z.infer<typeof ServerTool>

/** This deployment's: one for all agents of its organizations. Models take names of these letters alone. */
const nameOf = ({ deployment }: OwnWebhooks) => `transfer_to_person_${deployment}`

/**
 * The tool by which an agent asks this server to hand its caller over. Agent and call are filled in from
 * variables, so the model chooses neither. It has no signature: the header is its proof. Source: ElevenLabs' SDK,
 * WebhookToolConfigInput and LiteralJsonSchemaProperty.
 */
function serverTool(own: OwnWebhooks) {
  return {
    type: 'webhook',
    name: nameOf(own),
    description: `Puts the caller of a phone call through to a person; it does nothing in a text conversation. Use it when this holds: ${CONDITION}`,
    response_timeout_secs: 20,
    execution_mode: 'post_tool_speech',
    interruption_mode: 'disable_during_tool',
    tool_error_handling_mode: 'summarized',
    api_schema: {
      url: `${own.addresses[0]}/api/webhooks/elevenlabs/agents/{agent_id}/transfer`,
      method: 'POST',
      content_type: 'application/json',
      request_headers: { [SECRET_HEADER]: own.initSecrets[0] },
      path_params_schema: {
        agent_id: { type: 'string', dynamic_variable: 'system__agent_id' },
      },
      request_body_schema: {
        type: 'object',
        required: ['call_id'],
        properties: { call_id: { type: 'string', dynamic_variable: 'call_id' } },
      },
    },
  }
}

/** The ids of this deployment's tool; more than one where two servers made it at the same time. */
export async function listServerTools(
  request: ElevenLabsClient,
  own: OwnWebhooks,
): Promise<ServerTool[]> {
  const name = nameOf(own)
  const found: ServerTool[] = []
  const pages = cursorPages(request, {
    operation: 'tools.list',
    path: 'convai/tools',
    query: { search: name, page_size: '100' },
    rows: { tools: z.array(ServerTool) },
  })
  for await (const { tools } of pages)
    found.push(...tools.filter(({ tool_config: tool }) => tool.name === name))
  return found
}

/** The id of this deployment's tool, which is made where there is none. */
export async function ensureServerTool(
  request: ElevenLabsClient,
  own: OwnWebhooks,
  found: ServerTool[],
): Promise<string> {
  const [first] = found
  if (first) return first.id
  const made = await request({
    operation: 'tools.create',
    method: 'POST',
    path: 'convai/tools',
    body: { tool_config: serverTool(own) },
    reply: ServerTool,
  })
  return made.id
}

/** Gives the tool, where there is one, its present address and secret. @returns the ids of what was changed */
export async function renewServerTools(
  request: ElevenLabsClient,
  own: OwnWebhooks,
): Promise<string[]> {
  const wanted = serverTool(own)
  const outdated = (await listServerTools(request, own)).filter(
    ({ tool_config: actual }) => differenceOf(actual, wanted, []) !== undefined,
  )
  for (const { id } of outdated)
    await request({
      operation: 'tools.update',
      method: 'PATCH',
      path: `convai/tools/${encodeURIComponent(id)}`,
      body: { tool_config: wanted },
      reply: z.unknown(),
    })
  return outdated.map(({ id }) => id)
}
