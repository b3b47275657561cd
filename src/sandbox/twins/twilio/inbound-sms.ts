import { newId } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import { rfc2822 } from './format.ts'
import { geoParams } from './geo-params.ts'
import { accountSid, type MessageRow, type NumberRow } from './model.ts'
import { type Answer, askApplication, type WebhookParams } from './webhooks.ts'

/** A text that a customer sends; `extra` are further parameters of the webhook. */
interface IncomingText {
  from: string
  body: string
  mediaUrls: string[]
  extra: WebhookParams
}

/**
 * Receives a text: records it, asks the number's SMS URL (then its fallback), and sends what the
 * TwiML answer says. `null` as the answer's status means that nobody answered.
 */
export async function receiveText(
  world: World,
  number: NumberRow,
  text: IncomingText,
): Promise<{ answer: Answer; message: MessageRow }> {
  const message = newMessage({
    from: text.from,
    to: number.phone_number,
    body: text.body,
    direction: 'inbound',
    status: 'received',
    media: text.mediaUrls.length,
  })
  world.change(({ twilio }) => twilio.messages.push(message))
  const answer = await askApplication(world, {
    channel: 'sms',
    primary: { url: number.sms_url, method: number.sms_method },
    fallback: { url: number.sms_fallback_url, method: number.sms_fallback_method },
    params: { ...smsParams(message, text.mediaUrls), ...text.extra },
  })
  const replies = answer.verbs.filter((verb) => verb.name === 'Message')
  for (const verb of replies) {
    const body = verb.children.find((child) => child.name === 'Body')?.text ?? verb.text
    const reply = newMessage({
      from: number.phone_number,
      to: text.from,
      body: body.trim(),
      direction: 'outbound-reply',
      status: 'delivered',
      media: 0,
    })
    world.change(({ twilio }) => twilio.messages.push(reply))
  }
  return { answer, message }
}

function smsParams(message: MessageRow, mediaUrls: string[]): WebhookParams {
  const media = mediaUrls.flatMap((url, index) => [
    [`MediaUrl${index}`, url],
    [`MediaContentType${index}`, 'image/jpeg'],
  ])
  return {
    MessageSid: message.sid,
    SmsSid: message.sid,
    SmsMessageSid: message.sid,
    AccountSid: message.account_sid,
    From: message.from,
    To: message.to,
    Body: message.body,
    NumMedia: message.num_media,
    NumSegments: message.num_segments,
    ...Object.fromEntries(media),
    ...geoParams('From', message.from),
    ...geoParams('To', message.to),
    SmsStatus: 'received',
    ApiVersion: message.api_version,
  }
}

function newMessage(options: {
  from: string
  to: string
  body: string
  direction: string
  status: string
  media: number
}): MessageRow {
  const { from, to, body, direction, status, media } = options
  const sid = newId(media > 0 ? 'MM' : 'SM')
  const now = rfc2822(new Date())
  return {
    sid,
    account_sid: accountSid,
    messaging_service_sid: null,
    from,
    to,
    body,
    direction,
    status,
    num_media: String(media),
    num_segments: String(body.length <= 160 ? 1 : Math.ceil(body.length / 153)),
    price: null,
    price_unit: 'USD',
    error_code: null,
    error_message: null,
    api_version: '2010-04-01',
    date_created: now,
    date_sent: now,
    date_updated: now,
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`,
  }
}
