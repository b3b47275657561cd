import { z } from 'zod'
import { failureOf } from '../carriers/twilio/failure-kinds.ts'
import { emptyTwiml } from '../carriers/twilio/twiml.ts'
import { type Route, reply, route } from '../http/route.ts'
import type { MessageStore } from '../messages/message-store.ts'
import type { Replies } from '../messages/replies/replies.ts'
import { MESSAGE_STATUS_PATH } from '../messages/send-message.ts'
import { AppError } from '../platform/errors.ts'
import { MessageStatusEvent, SmsEvent, toInboundMessage } from './twilio-events.ts'

/** Our own id of the text, as we gave it along; unread where it is none. */
const StatusQuery = z.looseObject({
  message: z
    .guid()
    .nullable()
    .catch(null)
    .meta({
      description: 'our own id of the text, as the URL that Twilio asks has it',
      examples: ['0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1c'],
    }),
})

export function createTwilioRoutes(deps: {
  messages: MessageStore
  replies: Pick<Replies, 'answerSoon'>
}): Route[] {
  const sms = (path: string, operationId: string, summary: string) =>
    route({
      method: 'post',
      path,
      operationId,
      guard: 'twilio',
      summary,
      body: SmsEvent,
      replies: { 200: 'xml' },
      problems: ['phone_number_not_found', 'database_unavailable'],
      async handle({ body, requestId, log }) {
        const received = await deps.messages.receive(toInboundMessage(body, requestId))
        log.info(
          {
            organizationId: received.organization_id,
            messageSid: body.MessageSid,
            result: received.result,
          },
          'text received',
        )
        deps.replies.answerSoon(received.answer_in_ms ?? null)
        if (received.result === 'unknown_number') {
          throw new AppError(
            'phone_number_not_found',
            `No organization holds the number ${body.To}`,
          )
        }
        return reply(200, emptyTwiml)
      },
    })

  return [
    sms('/api/webhooks/twilio/sms', 'receiveText', 'Twilio: a text arrived'),
    sms(
      '/api/webhooks/twilio/sms/fallback',
      'receiveTextAgain',
      'Twilio: a text arrived whose first delivery failed',
    ),
    route({
      method: 'post',
      path: MESSAGE_STATUS_PATH,
      operationId: 'receiveMessageStatus',
      guard: 'twilio',
      summary: 'Twilio: what becomes of a text of ours. Repeats and older statuses change nothing',
      query: StatusQuery,
      body: MessageStatusEvent,
      replies: { 200: 'xml' },
      problems: ['database_unavailable'],
      async handle({ query, body, log }) {
        const { MessageSid: sid, MessageStatus: status, ErrorCode: errorCode } = body
        if (status) {
          const reported = { sid, status, errorCode, failure: failureOf(errorCode) }
          const { result } = await deps.messages.recordStatus(query.message, reported)
          log.info({ messageSid: sid, status, result }, 'text status')
        }
        return reply(200, emptyTwiml)
      },
    }),
  ]
}
