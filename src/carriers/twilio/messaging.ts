import { z } from 'zod'
import { CarrierError } from '../ports/carrier-error.ts'
import type { Messaging } from '../ports/messaging.ts'
import { askTwilio, rowsOf } from './ask-twilio.ts'
import { MessageItem } from './billing-replies.ts'
import type { TwilioClient } from './client.ts'
import { failureOf } from './failure-kinds.ts'
import { toDeliveryStatus } from './message-status.ts'
import { createTwilioMessagingServices } from './messaging-services.ts'
import { readReply } from './replies.ts'

/** More texts between the same two are not sent in the minutes in which one is looked for. */
const LIST_LIMIT = 50

/** What a trial account puts before each text. Source: Twilio, "Free Trial Account limitations". */
const TRIAL_PREFIX = 'Sent from your Twilio trial account - '

/** Twilio tells whole seconds, by its own clock. */
const CLOCK_TOLERANCE_MS = 60_000

const Message = z
  .object({
    sid: z.string().min(1),
    status: z.string(),
    errorCode: z.coerce.string().nullish(),
    body: z.string().nullish(),
    numMedia: z.coerce.number().nullish(),
    dateCreated: z.date().nullish(),
    direction: z.string().nullish(),
  })
  .transform(({ sid, status, errorCode, body, numMedia, dateCreated, direction }) => ({
    sent: {
      sid,
      status: toDeliveryStatus(status) ?? 'queued',
      errorCode: errorCode ?? null,
      failure: failureOf(errorCode),
    },
    body: (body ?? '').trimEnd(),
    media: numMedia ?? 0,
    dateCreated: dateCreated ?? null,
    isReply: direction === 'outbound-reply',
  }))

/** Texting on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioMessaging(client: TwilioClient): Messaging {
  /** The newest first. */
  const listBetween = (from: string, to: string) =>
    rowsOf('messages.list', Message, LIST_LIMIT, {
      first: () => client.messages.page({ from, to, pageSize: LIST_LIMIT }),
      next: (url) => client.messages.getPage(url),
    })

  return {
    ...createTwilioMessagingServices(client),

    async sendMessage({ from, to, body, mediaUrls, serviceSid, statusCallback }) {
      const { sent } = await askTwilio('messages.create', Message, () =>
        client.messages.create({
          // With both, Twilio sends from `from`, which must be in the service's pool.
          from,
          ...(serviceSid !== null && { messagingServiceSid: serviceSid }),
          to,
          ...(body !== '' && { body }),
          ...(mediaUrls.length > 0 && { mediaUrl: mediaUrls }),
          statusCallback,
        }),
      )
      return sent
    },

    async getMessage(sid) {
      const operation = 'messages.fetch'
      try {
        const found = await askTwilio(operation, z.unknown(), () => client.messages(sid).fetch())
        const { sent } = readReply(operation, Message, found)
        return { sent, charge: readReply(operation, MessageItem, found) }
      } catch (error) {
        if (error instanceof CarrierError && error.kind === 'not_found') return undefined
        throw error
      }
    },

    async findMessages({ from, to, body, media, since }) {
      const found = await listBetween(from, to)
      const bodies = [body, `${TRIAL_PREFIX}${body}`].map((each) => each.trimEnd())
      const earliest = since.getTime() - CLOCK_TOLERANCE_MS
      return found
        .filter((message) => message.media === media && bodies.includes(message.body))
        .filter(({ dateCreated }) => dateCreated === null || dateCreated.getTime() >= earliest)
        .map(({ sent }) => sent)
        .reverse()
    },

    async listSentTexts({ from, to, since }) {
      const earliest = since.getTime() - CLOCK_TOLERANCE_MS
      const found = await listBetween(from, to)
      return found
        .filter(({ isReply }) => !isReply)
        .map(({ sent, dateCreated }) => ({ sid: sent.sid, at: dateCreated ?? new Date() }))
        .filter(({ at }) => at.getTime() >= earliest)
    },
  }
}
