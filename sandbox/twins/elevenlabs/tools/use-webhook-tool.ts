import { deliverWebhook } from '../../core/deliver-webhook.ts'
import type { World } from '../../core/world.ts'
import type { ConversationRow } from '../model.ts'
import type { WebhookTool } from './webhook-tool-schema.ts'

type Literals = WebhookTool['api_schema']['path_params_schema']

/** The variables that a conversation with such a tool must have. */
export function variablesOf({ api_schema: api }: WebhookTool): string[] {
  const literals = { ...api.path_params_schema, ...api.request_body_schema?.properties }
  return Object.values(literals).flatMap(({ dynamic_variable: name }) => name ?? [])
}

/** Calls the server that a tool names, in a conversation; status 0 where it does not answer in time. */
export async function callTool(
  world: World,
  { api_schema: api, response_timeout_secs: seconds }: WebhookTool,
  row: ConversationRow,
): Promise<{ status: number; text: string }> {
  const path = filledIn(api.path_params_schema, row)
  const url = api.url.replaceAll(/\{(\w+)\}/g, (all, name) =>
    name in path ? encodeURIComponent(String(path[name])) : all,
  )
  const body = filledIn(api.request_body_schema?.properties ?? {}, row)
  const webhook = { carrier: 'elevenlabs', operation: 'toolCall', url } as const
  return deliverWebhook(world, webhook, async () => {
    try {
      const response = await fetch(url, {
        method: api.method,
        headers: { ...api.request_headers, 'content-type': 'application/json' },
        ...(api.method !== 'GET' && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([world.signal, AbortSignal.timeout(seconds * 1_000)]),
      })
      return { status: response.status, text: await response.text() }
    } catch {
      world.signal.throwIfAborted()
      return { status: 0, text: '' }
    }
  })
}

/** The model has nothing to say here: what it would have to fill in is left out. */
function filledIn(literals: Literals, row: ConversationRow): Record<string, unknown> {
  const { dynamic_variables: variables } = row.conversation_initiation_client_data
  const values = Object.entries(literals).map(
    ([name, { dynamic_variable: variable, constant_value: constant }]) =>
      [name, variable === undefined ? constant : variables[variable]] as const,
  )
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}
