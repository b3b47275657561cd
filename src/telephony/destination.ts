import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js'
import { AppError } from '../platform/errors.ts'
import { areaCodeOf } from './area-codes.ts'
import { passesNumberingPlan } from './phone.ts'

/** Numbers that reach emergency services somewhere our agents might call. */
const EMERGENCY = /^\D*(911|112|999|000|933)\D*$/

export function isEmergencyNumber(input: string): boolean {
  return EMERGENCY.test(input)
}

/**
 * Whole ranges whose caller pays extra, whatever the rest of the number: 900, the 976 exchange of any
 * area code, and the area codes that follow a person or a machine and are in no place (5XX personal
 * communications, 600 and 622 in Canada, 700 long-distance carriers' own; NANPA, 530 and 531 are places);
 * and of ITU-T's global codes Inmarsat and other maritime services and personal numbers (87x), satellite
 * and international networks (881 to 883, 888), shared cost (808) and premium rate (979). Not Twilio's ten
 * numbers for tests, which nobody has (Twilio, "Test credentials").
 */
const COSTLY =
  /^\+(1900|1\d{3}976|1(?:500|52[1-9]|53[23]|544|566|577|588|600|622|700)|87\d|88[1238]|808|979)/

const FOR_TESTS = /^\+1500555000\d$/

/** What libphonenumber's metadata calls numbers that cost their caller extra, or reach anybody anywhere. */
const COSTLY_TYPES = new Set(['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER', 'PAGER'])

/** Whether somebody can have this E.164 number; the costly ranges count, and are refused as such. */
export function canBeCalled(e164: string): boolean {
  return passesNumberingPlan(e164) || COSTLY.test(e164)
}

/**
 * Whether calling or texting this E.164 number costs its caller extra. The full metadata this needs beyond
 * the known ranges is loaded at the first call, not at start.
 */
export async function isPremiumNumber(e164: string): Promise<boolean> {
  if (FOR_TESTS.test(e164)) return false
  if (COSTLY.test(e164)) return true
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max')
  const type = parsePhoneNumberFromString(e164)?.getType()
  return type !== undefined && COSTLY_TYPES.has(type)
}

/**
 * What every call, text and forwarded call asks, also about a number that was stored before it was refused.
 * @throws AppError destination_premium, in whose words the number is `neverDone`
 */
export async function requireOrdinaryNumber(e164: string, neverDone: string): Promise<void> {
  if (!(await isPremiumNumber(e164))) return
  throw new AppError(
    'destination_premium',
    `${e164} is a premium-rate, shared-cost or satellite number, ${neverDone}`,
  )
}

/**
 * The country (ISO 3166-1, two letters) that an E.164 number is in; null where the number does not
 * tell. +1 alone says little: Jamaica has it too, and Puerto Rico (PR) and Guam (GU) are not the US.
 */
export function destinationCountry(e164: string): string | null {
  return areaCodeOf(e164)?.country ?? parsePhoneNumberFromString(e164)?.country ?? null
}

/** The country of each of these E.164 numbers, by the number, as far as they tell. */
export function countriesOf(numbers: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(numbers.map((number) => [number, destinationCountry(number)]))
}

/** Whether numbers can be in this country, as destinationCountry names it. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code)
}
