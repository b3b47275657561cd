import { z } from 'zod'
import type { World } from '../core/world.ts'
import { newCall } from './call.ts'
import { twilioError } from './errors.ts'
import { refuseCallAbroad } from './geo-permissions.ts'
import type { CallRow } from './model.ts'
import { refuseDestination, refuseSender } from './refused-calls.ts'
import type { Target } from './webhooks.ts'

/** Whom a call that Twilio places reports to. */
export interface Instructions {
  /** Asked for TwiML when the customer answers, or that TwiML itself. */
  voice: Target | { twiml: string }
  /** Told how the call ended. */
  statusCallback: Target
}

/** Lets the customer's phone ring; called when the call has been accepted. */
export type Dial = (call: CallRow, instructions: Instructions) => void

const Form = z.looseObject({
  From: z.string().catch(''),
  To: z.string().catch(''),
  Url: z.string().catch(''),
  Twiml: z.string().catch(''),
  Method: z.string().catch('POST'),
  StatusCallback: z.string().catch(''),
  StatusCallbackMethod: z.string().catch('POST'),
})

/** The fields of a call that is placed. */
export const callForm = Object.keys(Form.shape)

/** The most characters of TwiML that come with a call. Source: Twilio, "Call resource". */
const maxTwiml = 4_000

/**
 * Accepts a call from an owned number and has it dialled. Errors: those of sender and destination,
 * 21205 no usable `Url` and no `Twiml`
 * (which counts only where there is no `Url`), 20001 one that is too long. The number of the test credentials, +15005550006, may always call: nothing
 * is kept, nobody is dialled.
 */
export function placeCall(world: World, dial: Dial, body: Record<string, unknown>): CallRow {
  const form = Form.parse(body)
  const number = refuseSender(world, form.From)
  refuseDestination(form.To)
  refuseCallAbroad(world, form.To)
  const voice = voiceOf(form)
  const call = newCall({
    from: form.From,
    to: form.To,
    direction: 'outbound-api',
    status: 'queued',
    phone_number_sid: number?.sid ?? null,
  })
  // The answer tells of the call as it is now, whatever becomes of it at once.
  const accepted = { ...call }
  if (number === undefined) return accepted
  world.change(({ twilio }) => twilio.calls.push(call))
  dial(call, {
    voice,
    statusCallback: { url: form.StatusCallback, method: form.StatusCallbackMethod },
  })
  return accepted
}

function voiceOf({ Url: url, Method: method, Twiml: twiml }: z.infer<typeof Form>) {
  if (url === '' && twiml !== '') return { twiml: twimlOf(twiml) }
  if (isHttpUrl(url)) return { url, method }
  throw twilioError(400, 21205, `Url is not a valid URL: ${url}`)
}

/** TwiML that comes with a request; 20001 where it is none, or too long. */
export function twimlOf(given: unknown): string {
  if (typeof given === 'string' && given !== '' && given.length <= maxTwiml) return given
  throw twilioError(400, 20001, `Twiml must have 1 to ${maxTwiml} characters`)
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:/i.test(url)
}
