import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { SentMessage } from '../carriers/ports/messaging.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import { withRetries } from '../carriers/webhook-url.ts'
import { AppError, toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { requireOrdinaryNumber } from '../telephony/destination.ts'
import { reasonOf } from '../telephony/failure-kind.ts'
import { ReasonInWords, reasonInWords } from '../telephony/failure-reason.ts'
import { countSegments } from '../telephony/sms-segments.ts'
import type { Message } from './message.ts'
import type { MessageRequest } from './message-input.ts'
import type { MessageStore } from './message-store.ts'

export type SendMessage = (request: MessageRequest) => Promise<Message>

/** Where Twilio tells what becomes of our texts; with our own id of the text as `message`. */
export const MESSAGE_STATUS_PATH = '/api/webhooks/twilio/message-status'

/**
 * Texts a customer from a number of the organization's own: the one that was asked for, else the one they
 * know from their last exchange, else the default. The text is recorded before anything is sent,
 * and sent once: an answer that is lost, or cannot be recorded, leaves it `unknown`, for the loop to
 * look up. One that is erased meanwhile is answered without a contact; nothing of it is kept.
 * @throws AppError destination_premium, country_not_allowed, texts_too_fast, daily_texts_reached,
 *   customer_texts_reached, daily_spend_reached, account_spend_reached, deployment_spend_reached,
 *   organization_suspended, from_unfit, repeated_too_soon, no_sms_number, sms_not_ready, message_to_self, opted_out; message_refused when Twilio refused the text, carrier_failed when
 *   it refused for another reason
 */
export function createSendMessage(deps: {
  messages: MessageStore
  telephony: Telephony
  publicUrl: string
  log: Logger
}): SendMessage {
  const { messages, telephony, publicUrl, log } = deps

  async function send(request: MessageRequest, message: Message, serviceSid: string | null) {
    try {
      const sent = await telephony.sendMessage({
        from: message.from,
        to: message.to,
        body: request.body,
        mediaUrls: request.mediaUrls,
        serviceSid,
        statusCallback: withRetries(`${publicUrl}${MESSAGE_STATUS_PATH}?message=${message.id}`),
      })
      return await recorded(message, messages.recordSent(message.id, sent), sent)
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error
      if (error.outcomeUnknown) return recorded(message, messages.recordUnknown(message.id))
      log.warn({ err: error, messageId: message.id }, 'text refused')
      const { code, failure } = error
      const reason = failure === 'opted_out' ? `opted_out_from: ${message.from}` : error.reason
      await recorded(message, messages.recordRefused(message.id, { code, failure, reason }))
      throw asProblem(error, reasonInWords(reason))
    }
  }

  /**
   * The request is out: an error of ours now would only make the client send again. Of a text that
   * was erased meanwhile with its contact, the answer is what its sender and the carrier have said.
   */
  async function recorded(
    message: Message,
    recording: Promise<Message | null>,
    sent?: SentMessage,
  ): Promise<Message> {
    try {
      return (await recording) ?? erased(message, sent)
    } catch (thrown) {
      log.error({ err: toError(thrown), messageId: message.id }, 'outcome of a text not recorded')
      return { ...message, status: 'unknown' }
    }
  }

  return async (request) => {
    await requireOrdinaryNumber(request.to, 'which is never texted')
    const begun = await messages.begin(request, countSegments(request.body))
    return begun.send ? send(request, begun.message, begun.messaging_service_sid) : begun.message
  }
}

/** A text that belongs to no contact any more. */
function erased(message: Message, sent?: SentMessage): Message {
  return {
    ...message,
    contact_id: null,
    status: sent?.status ?? 'unknown',
    message_sid: sent?.sid ?? null,
    error_code: sent?.errorCode ?? null,
    failure_reason: ReasonInWords.parse(sent ? reasonOf(sent) : null),
  }
}

/** What was refused because of this text is the caller's to change; the rest is not. */
function asProblem(error: CarrierError, reason: string): Error {
  const options = { forOperators: `${reason}. ${error.message}` }
  if (error.failure === 'opted_out') return new AppError('opted_out', reason, options)
  return error.kind === 'rejected' ? new AppError('message_refused', reason, options) : error
}
