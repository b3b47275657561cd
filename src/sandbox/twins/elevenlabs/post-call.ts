import { createHmac } from 'node:crypto'
import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import type { ConversationRow, WebhookRow } from './model.ts'
import { PostCallSettings, settingFor } from './settings.ts'

/** How the delivery of a post-call webhook ended; status 0 with an error when nobody answered. */
interface Delivery {
  status: number
  error?: string
}

/** Milliseconds that a receiver has. */
const timeout = 15_000

/**
 * Sends the transcript of a finished conversation to the webhook set for it. `null` when none is
 * set, it is disabled, or it does not want transcripts. Delivered once: repeats are off.
 */
export async function sendPostCall(world: World, row: ConversationRow): Promise<Delivery | null> {
  const agent = world.state.elevenlabs.agents.find((each) => each.agent_id === row.agent_id)
  const settings = settingFor({
    world,
    agent: agent ?? { platform_settings: {} },
    key: 'webhooks',
    schema: PostCallSettings,
  })
  if (!settings?.events.includes('transcript')) return null
  const { webhooks } = world.state.elevenlabs
  const webhook = webhooks.find((each) => each.webhook_id === settings.post_call_webhook_id)
  if (webhook === undefined || webhook.is_disabled || webhook.is_auto_disabled) return null
  const delivery = await deliver(world, webhook, {
    type: 'post_call_transcription',
    event_timestamp: unixNow(),
    data: row,
  })
  if (delivery.status !== 200) {
    world.change(() => {
      webhook.most_recent_failure_error_code = delivery.status
      webhook.most_recent_failure_timestamp = unixNow()
    })
  }
  return delivery
}

async function deliver(world: World, webhook: WebhookRow, event: unknown): Promise<Delivery> {
  const body = JSON.stringify(event)
  try {
    const response = await fetch(webhook.webhook_url, {
      method: 'POST',
      headers: {
        ...webhook.request_headers,
        'content-type': 'application/json',
        'elevenlabs-signature': signatureOf(body, webhook.webhook_secret),
      },
      body,
      signal: AbortSignal.any([world.signal, AbortSignal.timeout(timeout)]),
    })
    await response.body?.cancel()
    return { status: response.status }
  } catch (error) {
    world.signal.throwIfAborted()
    return { status: 0, error: String(error) }
  }
}

/** `t=<unix seconds>,v0=<hex HMAC-SHA256 of "t.body">` */
function signatureOf(body: string, secret: string): string {
  const time = unixNow()
  const hash = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  return `t=${time},v0=${hash}`
}
