import { z } from 'zod'
import { parseJson } from '../../../src/platform/parse-json.ts'
import { deliverWebhook } from '../core/deliver-webhook.ts'
import type { World } from '../core/world.ts'
import { ClientData, noClientData } from './client-data.ts'
import { isObject } from './deep-merge.ts'
import type { AgentRow, ConversationRow } from './model.ts'
import { phoneOf } from './phone-of.ts'
import { settingFor } from './settings.ts'
import { StartFailure } from './start-failure.ts'
import { PreCallWebhook } from './webhook-settings.ts'

const Reply = ClientData.extend({ type: z.literal('conversation_initiation_client_data') })

/** Milliseconds that the caller is kept waiting for the answer. */
const timeout = 5_000

/**
 * Asks the conversation-initiation webhook about an inbound call. Only an agent that enables it
 * has it asked; without an address there is nothing to ask. Throws a `StartFailure` when the
 * answer is late, not a 200 or malformed.
 */
export async function askPreCall(
  world: World,
  agent: AgentRow,
  conversation: ConversationRow,
): Promise<ClientData> {
  const overrides = agent.platform_settings.overrides
  const key = 'enable_conversation_initiation_client_data_from_webhook'
  if (!isObject(overrides) || overrides[key] !== true) return noClientData
  const webhook = settingFor({
    world,
    agent,
    key: 'conversation_initiation_client_data_webhook',
    schema: PreCallWebhook,
  })
  if (webhook === undefined) return noClientData
  const phone_call = phoneOf(conversation)
  const delivery = {
    carrier: 'elevenlabs',
    operation: 'conversationInitiation',
    url: webhook.url,
  } as const
  const question = {
    caller_id: phone_call.external_number,
    agent_id: agent.agent_id,
    called_number: phone_call.agent_number,
    call_sid: phone_call.call_sid,
    conversation_id: conversation.conversation_id,
  }
  const response = await deliverWebhook(world, delivery, () => post(world, webhook, question))
  if (response.status !== 200) {
    throw new StartFailure(`The conversation initiation webhook answered ${response.status}`)
  }
  const data = Reply.safeParse(response.body)
  if (data.success) return data.data
  const problem = z.prettifyError(data.error)
  throw new StartFailure(`The conversation initiation webhook's answer is malformed: ${problem}`)
}

async function post(
  world: World,
  webhook: z.infer<typeof PreCallWebhook>,
  body: unknown,
): Promise<{ status: number; body: unknown }> {
  // Stored secrets are not part of the twin: headers that refer to one are left out.
  const headers = Object.entries(webhook.request_headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: { ...Object.fromEntries(headers), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([world.signal, AbortSignal.timeout(timeout)]),
    })
    const text = await response.text()
    return { status: response.status, body: parseJson(text) }
  } catch {
    world.signal.throwIfAborted()
    throw new StartFailure('The conversation initiation webhook did not answer')
  }
}

/** The value of a JSON text; `undefined` for any other text. */
