import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { deliverWebhook } from '../core/deliver-webhook.ts'
import type { World } from '../core/world.ts'
import { parseTwiml, type TwimlElement } from './twiml.ts'
import type { TwilioWebhook } from './webhook-operations.ts'

/** Where a webhook goes; an empty `url` means nowhere. */
export interface Target {
  url: string
  method: string
}

export type WebhookParams = Record<string, string | string[]>

/** What an application answered, and what Twilio makes of it. */
export interface Answer {
  /** Where it came from, or should have; empty when there was nowhere to ask. */
  url: string
  /** `null` when there was no answer. */
  status: number | null
  body: string | null
  verbs: TwimlElement[]
  /** Twilio's error code; `null` when the answer was good. */
  errorCode: number | null
}

/** The most characters of an answer. */
const maxBody = 64 * 1024

/** What came back from a webhook. */
interface Received {
  ok: boolean
  status: number
  contentType: string
  body: string
}

/**
 * Delivers one signed webhook, with the fault set on its operation; rejects without an answer.
 * `onHeld` is called when a fault holds it back.
 */
export async function sendWebhook(
  world: World,
  operation: TwilioWebhook,
  target: Target,
  params: WebhookParams,
  onHeld?: () => void,
): Promise<Received> {
  const webhook = { carrier: 'twilio', operation, url: target.url, onHeld } as const
  return await deliverWebhook(world, webhook, () => post(world, target, params))
}

async function post(
  world: World,
  { url, method }: Target,
  params: WebhookParams,
): Promise<Received> {
  const target = new URL(url)
  // A fragment holds connection settings for Twilio itself: it is neither sent nor signed.
  target.hash = ''
  const form = toForm(params)
  const get = method === 'GET'
  if (get) for (const [name, value] of form) target.searchParams.append(name, value)
  const token = world.state.twilio.authToken
  const signature = getExpectedTwilioSignature(token, target.href, get ? {} : params)
  const response = await fetch(target, {
    method,
    body: get ? null : form,
    headers: { 'x-twilio-signature': signature, 'user-agent': 'TwilioProxy/1.1' },
    signal: AbortSignal.any([
      world.signal,
      AbortSignal.timeout(world.state.twilio.webhookTimeoutMs),
    ]),
  })
  return {
    ok: response.ok,
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: await response.text(),
  }
}

/**
 * Asks the primary URL what to do and, when that fails, the fallback URL, once, which is told
 * `ErrorCode` and `ErrorUrl`. The answer is the one of the last URL that was asked.
 */
export async function askApplication(
  world: World,
  options: {
    channel: 'sms' | 'voice'
    primary: Target
    fallback: Target
    params: WebhookParams
  },
): Promise<Answer> {
  const { channel, primary, fallback, params } = options
  if (primary.url === '') {
    return { url: '', status: null, body: null, verbs: [], errorCode: null }
  }
  const answer = await ask(world, channel, primary, params)
  if (answer.errorCode === null || fallback.url === '') return answer
  return await ask(world, channel, fallback, {
    ...params,
    ErrorCode: String(answer.errorCode),
    ErrorUrl: primary.url,
  })
}

async function ask(
  world: World,
  channel: 'sms' | 'voice',
  target: Target,
  params: WebhookParams,
): Promise<Answer> {
  const { url } = target
  try {
    const received = await sendWebhook(world, channel, target, params)
    return { url, status: received.status, body: received.body, ...judge(channel, received) }
  } catch (error) {
    world.signal.throwIfAborted()
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError'
    return { url, status: null, body: null, verbs: [], errorCode: timedOut ? 11200 : 11205 }
  }
}

/**
 * 11200 not a success, 11750 too long, 12300 wrong content type, 12100 not TwiML; an SMS needs no
 * answer.
 */
function judge(
  channel: 'sms' | 'voice',
  { ok, contentType, body }: Received,
): Pick<Answer, 'verbs' | 'errorCode'> {
  if (!ok) return { verbs: [], errorCode: 11200 }
  if (body.length > maxBody) return { verbs: [], errorCode: 11750 }
  if (channel === 'sms' && body.trim() === '') return { verbs: [], errorCode: null }
  if (contentType.startsWith('text/plain')) {
    const name = channel === 'sms' ? 'Message' : 'Say'
    return { verbs: [{ name, attributes: {}, children: [], text: body }], errorCode: null }
  }
  if (!/xml|html/.test(contentType)) return { verbs: [], errorCode: 12300 }
  const verbs = parseTwiml(body)
  return verbs === undefined ? { verbs: [], errorCode: 12100 } : { verbs, errorCode: null }
}

function toForm(params: WebhookParams): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const each of [value].flat()) form.append(name, each)
  }
  return form
}
