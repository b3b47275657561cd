import { emptyTwiml, sayAndHangUp } from '../carriers/twilio/twiml.ts'
import { type Route, reply, route } from '../http/route.ts'
import type { MessageStore } from '../messages/message-store.ts'
import { AppError } from '../platform/errors.ts'
import { SmsEvent, toInboundMessage } from './twilio-events.ts'

const NOT_IN_SERVICE =
  'Thank you for calling. This number is not in service at the moment. Goodbye.'

export function createTwilioRoutes(deps: { messages: MessageStore }): Route[] {
  const sms = (path: string, summary: string) =>
    route({
      method: 'post',
      path,
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
    sms('/api/webhooks/twilio/sms', 'Twilio: a text arrived'),
    sms('/api/webhooks/twilio/sms/fallback', 'Twilio: a text arrived whose first delivery failed'),
    route({
      method: 'post',
      path: '/api/webhooks/call/incoming',
      guard: 'twilio',
      summary: 'Twilio: a call to a number that no agent answers',
      replies: { 200: 'xml' },
      handle: async () => reply(200, sayAndHangUp(NOT_IN_SERVICE)),
    }),
  ]
}
