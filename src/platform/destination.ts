/** Numbers that reach emergency services somewhere our agents might call. */
const EMERGENCY = /^\D*(911|112|999|000|933)\D*$/

export function isEmergencyNumber(input: string): boolean {
  return EMERGENCY.test(input)
}

/**
 * Whether calling this E.164 number costs its caller extra. The full metadata this needs is loaded
 * at the first call, not at start.
 */
export async function isPremiumNumber(e164: string): Promise<boolean> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max')
  const type = parsePhoneNumberFromString(e164)?.getType()
  return type === 'PREMIUM_RATE' || type === 'SHARED_COST'
}
