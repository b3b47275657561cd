import { z } from 'zod'
import type { World } from '../core/world.ts'
import { twilioError } from '../twilio/errors.ts'
import { refuseTextAbroad } from '../twilio/geo-permissions.ts'
import type { MessageRow } from '../twilio/model.ts'
import { deliver } from './deliver.ts'
import { newMessage } from './message.ts'
import { isOptedOut } from './opt-outs.ts'
import { refuseContent, refuseRecipient } from './refused-messages.ts'
import { chooseSender, magicSender, type Sender } from './sender.ts'

const Form = z.looseObject({
  To: z.string().catch(''),
  From: z.string().catch(''),
  MessagingServiceSid: z.string().catch(''),
  Body: z.string().catch(''),
  MediaUrl: z
    .union([z.string().transform((url) => [url]), z.array(z.string())])
    .optional()
    .catch(undefined),
  StatusCallback: z.string().catch(''),
})

/** The fields of a message that is sent. */
export const messageForm = Object.keys(Form.shape)

/** A message as the answer to its sending shows it. */
type Accepted = Omit<MessageRow, 'from'> & { from: string | null }

/**
 * Accepts a message and lets it go its way. Errors: those of recipient, content and sender, 21266
 * from a number to itself, 21610 the recipient has opted out. A message through a Messaging Service
 * is `accepted` first, its segments not counted yet and its sender, unless it is named, not chosen.
 */
export function createMessage(world: World, body: Record<string, unknown>): Accepted {
  const { To: to, From: from, MessagingServiceSid: serviceSid, ...form } = Form.parse(body)
  const mediaUrls = form.MediaUrl ?? []
  refuseRecipient(to)
  refuseTextAbroad(world, to)
  refuseContent({ body: form.Body, mediaUrls, statusCallback: form.StatusCallback })
  const sender = chooseSender(world, { from, serviceSid, to })
  refusePair(world, sender, to)
  const message = newMessage({
    from: sender.number,
    to,
    body: form.Body,
    direction: 'outbound-api',
    status: sender.service === undefined ? 'queued' : 'accepted',
    media: mediaUrls.length,
    serviceSid: sender.service?.row.sid,
  })
  // The answer tells of the message as it is now, whatever becomes of it at once.
  const accepted: Accepted = { ...message }
  if (sender.service !== undefined) {
    accepted.from = from || null
    accepted.num_segments = '0'
  }
  if (sender.number === magicSender) return accepted
  world.change(({ twilio }) => twilio.messages.push(message))
  const callback = form.StatusCallback || sender.service?.row.status_callback || ''
  world.background(() => deliver(world, message, callback))
  return accepted
}

function refusePair(world: World, { number }: Sender, to: string): void {
  if (number === to) throw twilioError(400, 21266, "'To' and 'From' number cannot be the same")
  if (isOptedOut(world, { number, customer: to })) {
    throw twilioError(400, 21610, `Attempt to send to unsubscribed recipient: ${to}`)
  }
}
