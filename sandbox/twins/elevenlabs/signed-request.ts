import { createHmac } from 'node:crypto'
import type { World } from '../core/world.ts'
import type { WebhookRow } from './model.ts'

/** Milliseconds that a receiver has. */
const timeout = 15_000

/**
 * Posts a body to a webhook. Status 0 means that nobody answered; the body is the reason then.
 */
export async function postSigned(
  world: World,
  webhook: WebhookRow,
  { body, signature }: { body: string; signature: string },
): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(webhook.webhook_url, {
      method: 'POST',
      headers: {
        ...webhook.request_headers,
        'content-type': 'application/json',
        'elevenlabs-signature': signature,
      },
      body,
      signal: AbortSignal.any([world.signal, AbortSignal.timeout(timeout)]),
    })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    world.signal.throwIfAborted()
    return { status: 0, body: String(error) }
  }
}

/** `t=<unix seconds>,v0=<hex HMAC-SHA256 of "t.body">` */
export function signatureOf(body: string, secret: string, time: number): string {
  const hash = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  return `t=${time},v0=${hash}`
}
