import type { World } from '../core/world.ts'
import { keywordOf, obeyKeyword } from '../messages/keywords.ts'
import { keepMedia } from '../messages/media.ts'
import { messagePrice, newMessage } from '../messages/message.ts'
import { isOptedOut } from '../messages/opt-outs.ts'
import { charge } from '../pricing/charge.ts'
import { serviceOf } from '../services/find.ts'
import { geoParams } from './geo-params.ts'
import { inboundTarget } from './inbound-target.ts'
import type { MediaRow, MessageRow, NumberRow } from './model.ts'
import { type Answer, askApplication, type WebhookParams } from './webhooks.ts'

/** A text that a customer sends; `extra` are further parameters of the webhook. */
interface IncomingText {
  from: string
  body: string
  /** Their endings say what they are. */
  mediaUrls: string[]
  /** When it was sent; now when absent. */
  at?: Date | undefined
  extra: WebhookParams
}

/** What became of a text. */
interface Received {
  answer: Answer
  /** `null` where the number's Messaging Service drops texts. */
  message: MessageRow | null
  /** What Twilio itself replied to a keyword. */
  autoReply: string | null
}

const nobody: Answer = { url: '', status: null, body: null, verbs: [], errorCode: null }

/**
 * Receives a text: records it, obeys its keyword, asks the SMS URL of the number or of its
 * Messaging Service (then the fallback), and sends what the TwiML answer says. `null` as the
 * answer's status means that nobody answered.
 */
export async function receiveText(
  world: World,
  number: NumberRow,
  text: IncomingText,
): Promise<Received> {
  const target = inboundTarget(world, number)
  if (target === undefined) return { answer: nobody, message: null, autoReply: null }
  const service = serviceOf(world, number.phone_number)
  const pair = { number: number.phone_number, customer: text.from }
  const message = newMessage({
    from: text.from,
    to: number.phone_number,
    body: text.body,
    direction: 'inbound',
    status: 'received',
    media: text.mediaUrls.length,
    serviceSid: service?.row.sid,
    at: text.at,
  })
  world.change(({ twilio }) => twilio.messages.push(message))
  const media = text.mediaUrls.map((url) => keepMedia(world, message, mediaType(url)))
  charge(world, 'messages', message, messagePrice(message))
  const keyword = keywordOf(text.body)
  const autoReply = keyword && obeyKeyword(world, pair, keyword)
  // Twilio does not charge for what it replies to keywords.
  if (autoReply !== undefined) charge(world, 'messages', reply(world, message, autoReply), 0)
  const answer = await askApplication(world, {
    channel: 'sms',
    ...target,
    params: {
      ...smsParams(world, message, media),
      ...(service?.advancedOptOut && keyword && { OptOutType: keyword }),
      ...text.extra,
    },
  })
  for (const verb of answer.verbs.filter((each) => each.name === 'Message')) {
    if (isOptedOut(world, pair)) break
    const body = verb.children.find((child) => child.name === 'Body')?.text ?? verb.text
    const sent = reply(world, message, body.trim())
    charge(world, 'messages', sent, messagePrice(sent))
  }
  return { answer, message, autoReply: autoReply ?? null }
}

function reply(world: World, to: MessageRow, body: string): MessageRow {
  const row = newMessage({
    from: to.to,
    to: to.from,
    body,
    direction: 'outbound-reply',
    status: 'delivered',
    media: 0,
    serviceSid: to.messaging_service_sid ?? undefined,
  })
  world.change(({ twilio }) => twilio.messages.push(row))
  return row
}

function smsParams(world: World, message: MessageRow, kept: MediaRow[]): WebhookParams {
  const { messaging_service_sid: serviceSid } = message
  const media = kept.flatMap(({ uri, content_type: contentType }, index) => [
    // Where Twilio keeps it, whoever sent it from wherever.
    [`MediaUrl${index}`, `${world.origin}/twilio/api${uri.replace(/\.json$/, '')}`],
    [`MediaContentType${index}`, contentType],
  ])
  return {
    MessageSid: message.sid,
    SmsSid: message.sid,
    SmsMessageSid: message.sid,
    AccountSid: message.account_sid,
    ...(serviceSid !== null && { MessagingServiceSid: serviceSid }),
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

const mediaTypes: Record<string, string> = {
  png: 'image/png',
  gif: 'image/gif',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  vcf: 'text/vcard',
}

/** By its ending; a picture of a camera where that does not tell. */
function mediaType(url: string): string {
  const ending = /\.(\w+)$/.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? ''
  return mediaTypes[ending] ?? 'image/jpeg'
}
