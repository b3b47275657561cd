import { z } from 'zod'
import { toDeliveryStatus } from '../carriers/twilio/message-status.ts'
import type { InboundMessage } from '../messages/message-input.ts'
import { keywordOf } from '../messages/opt-out-keywords.ts'
import { repairPlus } from '../telephony/notation.ts'
import { calledNumber, customerNumber, senderAddress } from '../telephony/phone.ts'

/** A repeated parameter arrives as an array; its first value is the one meant. */
const field = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (Array.isArray(value) ? (value[0] ?? '') : value))

const count = field.transform((value) => (/^\d{1,3}$/.test(value) ? Number(value) : null))

/** Longer than any id, number or name; what is longer would fit no index. */
const MAX_ID = 255
const id = field.pipe(z.string().min(1).max(MAX_ID))
const address = field.pipe(z.string().max(MAX_ID)).transform(repairPlus)

/** Twilio's inbound text. It may gain parameters at any time, so unknown ones are let through. */
export const SmsEvent = z
  .looseObject({
    MessageSid: id,
    From: address,
    To: address,
    Body: field.default(''),
    NumMedia: count.default(0),
    NumSegments: count.default(null),
    OptOutType: field.default(''),
  })
  .meta({ id: 'TwilioSms' })
export type SmsEvent = z.infer<typeof SmsEvent>

/** Twilio sends at most ten media. Source: Twilio, "Twilio's request to your incoming message webhook". */
const MAX_MEDIA = 10

export function toInboundMessage(event: SmsEvent, requestId: string): InboundMessage {
  return {
    providerMessageId: event.MessageSid,
    from: senderAddress(event.From),
    to: calledNumber(event.To),
    customer: customerNumber(event.From),
    body: event.Body,
    media: mediaOf(event),
    segments: event.NumSegments,
    keyword: keywordOf(event.Body, event.OptOutType),
    requestId,
    sentAt: null,
  }
}

function mediaOf(event: SmsEvent): InboundMessage['media'] {
  const indexes = Array.from(
    { length: Math.min(event.NumMedia ?? 0, MAX_MEDIA) },
    (_, index) => index,
  )
  return indexes.flatMap((index) => {
    const url = field.safeParse(event[`MediaUrl${index}`])
    const contentType = field.safeParse(event[`MediaContentType${index}`])
    return url.success ? [{ url: url.data, contentType: contentType.data ?? null }] : []
  })
}

/** What Twilio tells of a text of ours. */
export const MessageStatusEvent = z
  .looseObject({
    MessageSid: id,
    MessageStatus: field.default('').transform(toDeliveryStatus),
    ErrorCode: field
      .transform((code) => (/^\d{1,6}$/.test(code) && Number(code) > 0 ? code : null))
      .default(null),
  })
  .meta({ id: 'TwilioMessageStatus' })
