import { deliverWebhook } from '../core/deliver-webhook.ts'
import type { World } from '../core/world.ts'
import { noteDelivery } from './deliveries.ts'
import type { WebhookRow } from './model.ts'
import type { PostCallEvent } from './post-call-event.ts'
import { postSigned, signatureOf } from './signed-request.ts'

/** How a delivery ended; status 0 with an error when nobody answered. */
export interface Delivery {
  status: number
  error?: string
}

const maxAttempts = 5

/**
 * Delivers an event and answers how the first attempt ended. With `retry_enabled`, a transcription
 * that met a 408, a 429 or a 5xx is delivered again later, unchanged, up to five times in all.
 */
export async function deliver(
  world: World,
  webhook: WebhookRow,
  event: PostCallEvent,
): Promise<Delivery> {
  const body = JSON.stringify(event)
  const signature = signatureOf(body, webhook.webhook_secret, event.event_timestamp)
  const attempt = async () => {
    const delivery = {
      carrier: 'elevenlabs',
      operation: 'postCall',
      url: webhook.webhook_url,
    } as const
    const reply = await deliverWebhook(world, delivery, () => {
      return postSigned(world, webhook, { body, signature })
    })
    noteDelivery(world, webhook, reply.status)
    return reply
  }
  const first = await attempt()
  if (event.type === 'post_call_transcription' && isRepeatable(first.status)) {
    world.background(() => repeat(world, webhook, attempt))
  }
  return first.status === 0 ? { status: 0, error: first.body } : { status: first.status }
}

async function repeat(
  world: World,
  webhook: WebhookRow,
  attempt: () => Promise<{ status: number }>,
): Promise<void> {
  for (let attempts = 1; attempts < maxAttempts && takesRepeats(webhook); attempts += 1) {
    await world.wait(world.state.elevenlabs.postCallRetryMs)
    const { status } = await attempt()
    if (!isRepeatable(status)) return
  }
}

function takesRepeats(webhook: WebhookRow): boolean {
  return webhook.retry_enabled && !webhook.is_disabled && !webhook.is_auto_disabled
}

function isRepeatable(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}
