import { z } from 'zod'
import type { World } from '../core/world.ts'
import { receiveText } from '../twilio/inbound-sms.ts'
import { ownedNumber } from './owned-number.ts'
import { pastTime } from './past-time.ts'
import { parseBody } from './problem.ts'

const Sms = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1),
  body: z.string(),
  mediaUrls: z.array(z.url()).max(10).default([]),
  at: pastTime,
  extra: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
})

/**
 * A customer texts; tells what the application answered last (null: there was no answer) and what
 * Twilio itself replied. `messageSid` is null where the number's Messaging Service drops texts.
 */
export async function sendSms(world: World, body: unknown): Promise<unknown> {
  const { to, ...text } = parseBody(Sms, body)
  const { answer, message, autoReply } = await receiveText(world, ownedNumber(world, to), text)
  return { status: answer.status, body: answer.body, messageSid: message?.sid ?? null, autoReply }
}
