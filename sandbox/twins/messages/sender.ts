import type { World } from '../core/world.ts'
import { serviceBySid } from '../services/find.ts'
import type { MessagingService } from '../services/model.ts'
import { twilioError } from '../twilio/errors.ts'

/** Who sends a message. */
export interface Sender {
  number: string
  service: MessagingService | undefined
}

/** The number that test credentials may always send from: nothing is kept, nothing is reported. */
export const magicSender = '+15005550006'

/**
 * The number of the form, or one of the Messaging Service of the form. Errors: 21603 neither,
 * 21212 not a number, 21606 not an SMS-capable number of the account or not one of that service,
 * 21611 queue full, 21701 no such service, 21704 a service without numbers.
 */
export function chooseSender(
  world: World,
  { from, serviceSid, to }: { from: string; serviceSid: string; to: string },
): Sender {
  if (serviceSid === '') return { number: checkedNumber(world, from), service: undefined }
  const service = serviceBySid(world, serviceSid)
  if (service === undefined) {
    throw twilioError(400, 21701, `The Messaging Service ${serviceSid} does not exist`)
  }
  const pool = service.numbers.map((each) => each.phone_number)
  if (from === '') return { number: fromPool(world, pool, to), service }
  if (pool.includes(from)) return { number: from, service }
  // Which code Twilio gives here is not documented.
  throw twilioError(400, 21606, `'From' ${from} is not in the sender pool of ${serviceSid}`)
}

function checkedNumber(world: World, from: string): string {
  if (from === '') throw twilioError(400, 21603, "A 'From' phone number is required")
  if (!/^\+[1-9]\d{6,14}$/.test(from) || from === '+15005550001') {
    throw twilioError(400, 21212, `Invalid 'From' Phone Number: ${from}`)
  }
  if (from === '+15005550008') {
    throw twilioError(400, 21611, `This 'From' number ${from} has exceeded its message queue`)
  }
  const number = world.state.twilio.numbers.find((each) => each.phone_number === from)
  if (number?.capabilities.sms || from === magicSender) return from
  const message = `The 'From' phone number ${from} is not a valid, SMS-capable number of your account`
  throw twilioError(400, 21606, message)
}

/** The number that texted this customer last, else the first of the pool. */
function fromPool({ state }: World, pool: string[], to: string): string {
  const last = state.twilio.messages.findLast((row) => row.to === to && pool.includes(row.from))
  const number = last?.from ?? pool[0]
  if (number !== undefined) return number
  throw twilioError(400, 21704, 'The Messaging Service contains no phone numbers')
}
