import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { areaCodeOf } from './area-codes.ts'
import { bareNotation, readAddress } from './notation.ts'

/** How many numbers are known at most: those of a busy minute. */
const MAX_KNOWN = 1_000

/** What has been read lately. One text asks several times for its sender, and many for who is texted. */
const known = new Map<string, string | undefined>()

/**
 * Any usual notation → E.164, or undefined where no such number can exist. It is read as written: what
 * nobody sees and `tel:` count for nothing, and a number without a country code is North American.
 */
export function toE164(input: string): string | undefined {
  if (known.has(input)) return known.get(input)
  const number = read(input)
  if (known.size >= MAX_KNOWN) known.clear()
  if (input.length <= MAX_NOTATION) known.set(input, number)
  return number
}

/** Longer than any notation of a number. */
const MAX_NOTATION = 40

function read(input: string): string | undefined {
  const text = bareNotation(input)
  if (text.length > MAX_NOTATION) return undefined
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: 'US', extract: false })
  return parsed?.isPossible() && !parsed.ext ? parsed.number : undefined
}

/** The country of a whole E.164 number as two letters; US where the number itself does not tell. */
export function countryOf(e164: string): CountryCode {
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
function isPlaceholder(callerId: string): boolean {
  return placeholders.has(callerId)
}

/**
 * North American numbers have an area code and an exchange that begin with 2 to 9, and neither is a service
 * code (N11), but for the exchange of a toll-free number. Source: NANPA, "Central office codes".
 */
const NORTH_AMERICAN = /^\+1(?![2-9]11)(?:8(?:00|33|44|55|66|77|88)|[2-9]\d{2}(?!\d11))[2-9]\d{6}$/

/**
 * Whether somebody can have this E.164 number: it passes its country's numbering plan, and stands for
 * no withheld caller id. Area codes that are younger than the plan's metadata are in our own table.
 */
export function passesNumberingPlan(e164: string): boolean {
  if (isPlaceholder(e164) || (e164.startsWith('+1') && !NORTH_AMERICAN.test(e164))) return false
  return areaCodeOf(e164) !== undefined || parsePhoneNumberFromString(e164)?.isValid() === true
}

/**
 * The customer behind a caller id, or the address of a text on any channel; null for what nobody can
 * have: withheld and placeholder caller ids, short codes, names, numbers outside of every plan. A
 * number of ours is nobody either, which only the database can tell (`private.customer_of`).
 */
export function customerNumber(callerId: string): string | null {
  const { number } = readAddress(callerId)
  if (isPlaceholder(`+${number.replace(/^\+/, '')}`)) return null
  const e164 = toE164(number)
  return e164 !== undefined && passesNumberingPlan(e164) ? e164 : null
}

/** The number that was called or texted, as the database knows it; what is none stays as it is. */
export function calledNumber(address: string): string {
  return toE164(readAddress(address).number) ?? address
}

/** Who called or texted, as it is kept: a customer by the number, on a channel of its own with that. */
export function senderAddress(address: string): string {
  const { channel } = readAddress(address)
  const customer = customerNumber(address)
  return customer === null ? address : `${channel}${customer}`
}

/** As people of its country write it, e.g. (604) 555-0123; what cannot be read stays as it is. */
export function toNational(e164: string): string {
  return parsePhoneNumberFromString(e164)?.formatNational() ?? e164
}
