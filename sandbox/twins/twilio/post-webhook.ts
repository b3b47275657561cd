import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { newId } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import { type Failing, isRetriedFor, overridesOf } from './overrides.ts'

/** Where a webhook goes; an empty `url` means nowhere. */
export interface Target {
  url: string
  method: string
}

export type WebhookParams = Record<string, string | string[]>

/** What came back from a webhook. */
export interface Received {
  ok: boolean
  status: number
  contentType: string
  body: string
}

/**
 * Posts one signed webhook, again as often as the overrides of its URL say, all within the time that
 * a webhook has; each under the same idempotency token. Answers with what came last; rejects where
 * that was no answer.
 */
export async function postWebhook(
  world: World,
  target: Target,
  params: WebhookParams,
): Promise<Received> {
  const overrides = overridesOf(new URL(target.url))
  const timeUp = AbortSignal.timeout(world.state.twilio.webhookTimeoutMs)
  const token = newId('IT')
  const attempt = () => post(world, target, params, { token, timeUp })
  for (let left = overrides.retries; left > 0; left -= 1) {
    const [outcome] = await Promise.allSettled([attempt()])
    const failing = failureOf(outcome)
    if (failing === undefined || timeUp.aborted || !isRetriedFor(overrides, failing)) {
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value
    }
  }
  return await attempt()
}

function failureOf(outcome: PromiseSettledResult<Received>): Failing | undefined {
  if (outcome.status === 'rejected') return isUnconnected(outcome.reason) ? 'ct' : 'rt'
  const { status } = outcome.value
  if (status >= 500) return '5xx'
  return status >= 400 ? '4xx' : undefined
}

/** Nobody took the connection; whatever else failed, failed after that. */
function isUnconnected(error: unknown): boolean {
  const { code } = (error as { cause?: { code?: unknown } }).cause ?? {}
  return ['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'].includes(String(code))
}

async function post(
  world: World,
  { url, method }: Target,
  params: WebhookParams,
  { token, timeUp }: { token: string; timeUp: AbortSignal },
): Promise<Received> {
  const target = new URL(url)
  // A fragment holds connection settings for Twilio itself: it is neither sent nor signed.
  target.hash = ''
  const form = toForm(params)
  const get = method === 'GET'
  if (get) for (const [name, value] of form) target.searchParams.append(name, value)
  const { authToken } = world.state.twilio
  const signature = getExpectedTwilioSignature(authToken, target.href, get ? {} : params)
  const response = await fetch(target, {
    method,
    body: get ? null : form,
    headers: {
      'x-twilio-signature': signature,
      'user-agent': 'TwilioProxy/1.1',
      'i-twilio-idempotency-token': token,
    },
    signal: AbortSignal.any([world.signal, timeUp]),
  })
  return {
    ok: response.ok,
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: await response.text(),
  }
}

function toForm(params: WebhookParams): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const each of [value].flat()) form.append(name, each)
  }
  return form
}
