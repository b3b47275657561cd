import { parsePhoneNumberFromString } from 'libphonenumber-js'

/**
 * Any usual notation → E.164, or undefined where no such number can exist. Numbers without a country
 * code are read as North American; a leading space is a `+` that went through form decoding.
 */
export function toE164(input: string): string | undefined {
  const text = input.startsWith(' ') ? `+${input.trimStart()}` : input
  if (text.length > 40) return undefined
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: 'US', extract: false })
  return parsed?.isPossible() && !parsed.ext ? parsed.number : undefined
}

/** The country of a whole E.164 number as two letters; US where the number itself does not tell. */
export function countryOf(e164: string): string {
  return parsePhoneNumberFromString(e164)?.country ?? 'US'
}

/**
 * What carriers put in `From` when the caller id is withheld: letters on a keypad that happen to
 * look like numbers (266696687 spells ANONYMOUS). Source: Twilio, "What do the from values mean?".
 */
const placeholders = new Set([
  '+266696687',
  '+7378742833',
  '+2562533',
  '+8566696687',
  '+86282452253',
  '+464',
])

/** Whether a carrier writes this where it has no caller id to show. */
export function isPlaceholder(callerId: string): boolean {
  return placeholders.has(callerId)
}

/** The customer behind a caller id, or null for withheld, placeholder, short-code and named senders. */
export function customerNumber(callerId: string): string | null {
  const e164 = /^\+\d+$/.test(callerId) && !isPlaceholder(callerId) ? toE164(callerId) : undefined
  return e164 ?? null
}

/** As people of its country write it, e.g. (604) 555-0123; what cannot be read stays as it is. */
export function toNational(e164: string): string {
  return parsePhoneNumberFromString(e164)?.formatNational() ?? e164
}
