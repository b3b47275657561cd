import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js'
import { areaCodeOf } from './area-codes.ts'
import { passesNumberingPlan } from './phone.ts'

/** Numbers that reach emergency services somewhere our agents might call. */
const EMERGENCY = /^\D*(911|112|999|000|933)\D*$/

export function isEmergencyNumber(input: string): boolean {
  return EMERGENCY.test(input)
}

/**
 * Whole ranges whose caller pays extra, whatever the rest of the number: 900 and the 976 exchange of
 * any area code (NANPA), and of ITU-T's global codes Inmarsat and other maritime services (87x),
 * satellite and international networks (881 to 883, 888), shared cost (808) and premium rate (979).
 */
const COSTLY = /^\+(1900|1\d{3}976|87\d|88[1238]|808|979)/

/** Whether somebody can have this E.164 number; the costly ranges count, and are refused as such. */
export function canBeCalled(e164: string): boolean {
  return passesNumberingPlan(e164) || COSTLY.test(e164)
}

/**
 * Whether calling this E.164 number costs its caller extra. The full metadata this needs beyond the
 * known ranges is loaded at the first call, not at start.
 */
export async function isPremiumNumber(e164: string): Promise<boolean> {
  if (COSTLY.test(e164)) return true
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max')
  const type = parsePhoneNumberFromString(e164)?.getType()
  return type === 'PREMIUM_RATE' || type === 'SHARED_COST'
}

/**
 * The country (ISO 3166-1, two letters) that an E.164 number is in; null where the number does not
 * tell. +1 alone says little: Jamaica has it too, and Puerto Rico (PR) and Guam (GU) are not the US.
 */
export function destinationCountry(e164: string): string | null {
  return areaCodeOf(e164)?.country ?? parsePhoneNumberFromString(e164)?.country ?? null
}

/** Whether numbers can be in this country, as destinationCountry names it. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code)
}
