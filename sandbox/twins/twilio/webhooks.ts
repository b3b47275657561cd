import { deliverWebhook } from '../core/deliver-webhook.ts'
import type { World } from '../core/world.ts'
import { postWebhook, type Received, type Target, type WebhookParams } from './post-webhook.ts'
import { parseTwiml, type TwimlElement } from './twiml.ts'
import type { TwilioWebhook } from './webhook-operations.ts'

export type { Target, WebhookParams } from './post-webhook.ts'

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
  return await deliverWebhook(world, webhook, () => postWebhook(world, target, params))
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
  const last =
    answer.errorCode === null || fallback.url === ''
      ? answer
      : await ask(world, channel, fallback, {
          ...params,
          ErrorCode: String(answer.errorCode),
          ErrorUrl: primary.url,
        })
  const sid = String(params.MessageSid ?? params.CallSid)
  if (!world.asked.has(sid)) world.asked.set(sid, Date.now())
  return last
}

/** TwiML that nobody had to be asked for; relative URLs lead nowhere from it. */
export function answerOf(twiml: string): Answer {
  const received = { ok: true, status: 200, contentType: 'text/xml', body: twiml }
  return { url: 'about:twiml', status: 200, body: twiml, ...judge('voice', received) }
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
