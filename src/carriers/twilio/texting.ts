import { z } from 'zod'
import { CarrierError, type Texting } from '../ports.ts'
import type { TwilioClient } from './client.ts'
import { toTwilioError } from './errors.ts'
import { toDeliveryStatus } from './message-status.ts'
import { readReply } from './replies.ts'

/** More texts between the same two are not sent in the minutes in which one is looked for. */
const LIST_LIMIT = 50

/** Twilio tells whole seconds, by its own clock. */
const CLOCK_TOLERANCE_MS = 60_000

const Message = z
  .object({
    sid: z.string().min(1),
    status: z.string(),
    errorCode: z.coerce.string().nullish(),
    body: z.string().nullish(),
    dateCreated: z.date().nullish(),
  })
  .transform(({ sid, status, errorCode, body, dateCreated }) => ({
    sent: { sid, status: toDeliveryStatus(status) ?? 'queued', errorCode: errorCode ?? null },
    body: body ?? '',
    dateCreated: dateCreated ?? null,
  }))

/** Texting on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioTexting(client: TwilioClient): Texting {
  async function call<T>(
    operation: string,
    schema: z.ZodType<T>,
    request: () => Promise<unknown>,
  ): Promise<T> {
    try {
      return readReply(operation, schema, await request())
    } catch (thrown) {
      throw toTwilioError(operation, thrown)
    }
  }

  return {
    async sendMessage({ from, to, body, mediaUrls, serviceSid, statusCallback }) {
      const { sent } = await call('messages.create', Message, () =>
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

    async findMessages({ from, to, body, since }) {
      const found = await call('messages.list', z.array(Message), () =>
        client.messages.list({ from, to, limit: LIST_LIMIT }),
      )
      const earliest = since.getTime() - CLOCK_TOLERANCE_MS
      return (
        found
          // A trial account puts a line of Twilio's before the text.
          .filter((message) => message.body.trimEnd().endsWith(body.trimEnd()))
          .filter(({ dateCreated }) => dateCreated === null || dateCreated.getTime() >= earliest)
          .map(({ sent }) => sent)
          .reverse()
      )
    },

    async getMessagingService(sid) {
      const service = await call(
        'messaging.services.fetch',
        z.object({ useInboundWebhookOnNumber: z.boolean() }),
        () => client.messaging.v1.services(sid).fetch(),
      )
      return { leavesInbound: service.useInboundWebhookOnNumber }
    },

    async attachToService(serviceSid, numberSid) {
      await call('messaging.services.phoneNumbers.create', z.unknown(), () =>
        client.messaging.v1.services(serviceSid).phoneNumbers.create({
          phoneNumberSid: numberSid,
        }),
      ).catch(unlessCode('21710'))
    },

    async detachFromService(serviceSid, numberSid) {
      await call('messaging.services.phoneNumbers.remove', z.unknown(), () =>
        client.messaging.v1.services(serviceSid).phoneNumbers(numberSid).remove(),
      ).catch(unlessCode('20404'))
    },
  }
}

/** Passes over an error that says that there is nothing left to do. */
function unlessCode(code: string) {
  return (thrown: unknown) => {
    if (!(thrown instanceof CarrierError && thrown.code === code)) throw thrown
  }
}
