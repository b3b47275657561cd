import type { World } from '../core/world.ts'
import { twilioError } from './errors.ts'
import type { NumberRow } from './model.ts'

type Refusal = [code: number, message: (number: string) => string]

/** Destinations that Twilio's test credentials refuse. */
const magicDestinations: Record<string, Refusal> = {
  '+15005550001': [21217, (to) => `Phone number does not appear to be valid: ${to}`],
  '+15005550002': [21214, (to) => `'To' phone number cannot be reached: ${to}`],
  '+15005550003': [21215, (to) => `Account not authorized to call ${to}; check geo permissions`],
  '+15005550004': [21216, (to) => `Account not allowed to call ${to}`],
}

/**
 * The owned number that calls; `undefined` for the one that test credentials may call from.
 * Throws 21213 without a number, 21212 for the invalid one of the test credentials, 21210 for one
 * that the account does not own.
 */
export function refuseSender(world: World, from: string): NumberRow | undefined {
  if (from === '') throw twilioError(400, 21213, "No 'From' number is specified")
  if (from === '+15005550001') throw twilioError(400, 21212, `Invalid 'From' number: ${from}`)
  const number = world.state.twilio.numbers.find((each) => each.phone_number === from)
  if (number !== undefined || from === '+15005550006') return number
  const message = `Source phone number provided, ${from}, is not yet verified for your account`
  throw twilioError(400, 21210, message)
}

/** Throws 21201 without a number, 21211 when it is not one, or what a magic number stands for. */
export function refuseDestination(to: string): void {
  if (to === '') throw twilioError(400, 21201, "No 'To' number is specified")
  if (!/^\+[1-9]\d{6,14}$/.test(to)) {
    throw twilioError(400, 21211, `Invalid 'To' Phone Number: ${to}`)
  }
  const [code, message] = magicDestinations[to] ?? []
  if (code !== undefined && message !== undefined) throw twilioError(400, code, message(to))
}
