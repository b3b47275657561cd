import type { World } from '../core/world.ts'
import { type Delivery, deliver } from './deliver.ts'
import type { ConversationRow, TwilioForm, WebhookRow } from './model.ts'
import { callFailure, transcription } from './post-call-event.ts'
import { settingFor } from './settings.ts'
import { type PostCallEvent, PostCallSettings } from './webhook-settings.ts'

/**
 * Sends the transcript of a finished conversation to the webhook set for it, and answers how the
 * first delivery ended; `null` when none is set, it is disabled, or it does not want transcripts.
 */
export async function sendTranscription(
  world: World,
  row: ConversationRow,
): Promise<Delivery | null> {
  const webhook = receiverOf(world, row, 'transcript')
  return webhook === undefined ? null : await deliver(world, webhook, transcription(row))
}

/** Sends that a call did not come about, when the webhook set for it wants to hear that. */
export async function sendCallFailure(
  world: World,
  row: ConversationRow,
  form: TwilioForm,
): Promise<void> {
  const webhook = receiverOf(world, row, 'call_initiation_failure')
  if (webhook !== undefined) await deliver(world, webhook, callFailure(row, form))
}

/** The webhook set for a conversation, whatever it wants to hear, and even when disabled. */
export function webhookOf(world: World, row: ConversationRow): WebhookRow | undefined {
  const { webhooks } = world.state.elevenlabs
  return webhooks.find((each) => each.webhook_id === settingsOf(world, row)?.post_call_webhook_id)
}

function receiverOf(
  world: World,
  row: ConversationRow,
  event: PostCallEvent,
): WebhookRow | undefined {
  const webhook = webhookOf(world, row)
  if (webhook === undefined || webhook.is_disabled || webhook.is_auto_disabled) return undefined
  return settingsOf(world, row)?.events.includes(event) ? webhook : undefined
}

function settingsOf(world: World, row: ConversationRow) {
  const agent = world.state.elevenlabs.agents.find((each) => each.agent_id === row.agent_id)
  return settingFor({
    world,
    agent: agent ?? { platform_settings: {} },
    key: 'webhooks',
    schema: PostCallSettings,
  })
}
