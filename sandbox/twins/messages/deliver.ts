import type { World } from '../core/world.ts'
import { charge } from '../pricing/charge.ts'
import { rfc2822 } from '../twilio/format.ts'
import type { MessageRow } from '../twilio/model.ts'
import { sendWebhook } from '../twilio/webhooks.ts'
import { messagePrice } from './message.ts'
import { outcomeOf } from './outcome.ts'

/**
 * Takes a message through its statuses up to its outcome, and tells each to the status callback, in
 * order as long as no fault holds one back. It costs something once it is sent, delivered or not;
 * what has failed costs nothing.
 */
export async function deliver(
  world: World,
  message: MessageRow,
  statusCallback: string,
): Promise<void> {
  const reported: Promise<void>[] = []
  const { status: end, errorCode, errorMessage } = outcomeOf(world, message)
  const statuses = end === 'failed' ? ['queued', end] : ['queued', 'sending', 'sent', end]
  for (const status of statuses) {
    await world.wait(world.state.twilio.messageStatusMs)
    world.change(() => {
      const now = rfc2822(new Date())
      message.status = status
      message.date_updated = now
      if (status === 'sent') message.date_sent = now
      if (status !== end) return
      message.error_code = errorCode
      message.error_message = errorMessage
    })
    if (status === 'sent') charge(world, 'messages', message, messagePrice(message))
    if (statusCallback !== '') await report(world, message, statusCallback, reported)
  }
  await Promise.all(reported)
}

/** Resolves when the application has heard, or when the telling is held back. */
async function report(
  world: World,
  message: MessageRow,
  url: string,
  reported: Promise<void>[],
): Promise<void> {
  const held = Promise.withResolvers<void>()
  const target = { url, method: 'POST' }
  const sent = sendWebhook(world, 'messageStatus', target, statusParams(message), held.resolve)
  // A status callback is best effort: nobody hears of its failure.
  const heard = sent.then(
    () => undefined,
    () => undefined,
  )
  reported.push(heard)
  await Promise.race([heard, held.promise])
}

function statusParams(message: MessageRow): Record<string, string> {
  const { messaging_service_sid: serviceSid, error_code: errorCode } = message
  return {
    MessageSid: message.sid,
    SmsSid: message.sid,
    MessageStatus: message.status,
    SmsStatus: message.status,
    From: message.from,
    To: message.to,
    AccountSid: message.account_sid,
    ApiVersion: message.api_version,
    ...(serviceSid !== null && { MessagingServiceSid: serviceSid }),
    ...(errorCode !== null && { ErrorCode: String(errorCode) }),
  }
}
