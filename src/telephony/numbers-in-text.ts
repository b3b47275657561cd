import {
  type CountryCode,
  findPhoneNumbersInText,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'

/** A telephone number as a text writes it. */
export interface WrittenNumber {
  start: number
  end: number
  /** What it is as E.164, as far as that can be told. */
  e164: string
}

/** What people write between two digits of a number; a full stop or dash at the end of a word is none of it. */
const BETWEEN = String.raw`(?:\) ?|[ \u00a0\u202f]?\(|[ \u00a0\u202f]|[.\-/\u2010-\u2015](?=[\d(]))?`

/**
 * After a plus, also one that is percent-encoded: whatever the digits are, and wherever they end. A zero
 * there begins a time zone, unless as many digits follow in a row.
 */
const INTERNATIONAL = new RegExp(
  String.raw`(?:\+|%2B)(?:0\d{6,}|${BETWEEN}[1-9](?:${BETWEEN}\d){6,})`,
  'gi',
)

/** As North America writes it without a plus: three, three and four digits, also of an area code that is new. */
const NORTH_AMERICAN =
  /(?<![\w.+-])(?:1[ .-]?)?\(?[2-9]\d{2}(?:\) ?|[ \u00a0.\-\u2010-\u2015])[2-9]\d{2}[ \u00a0.\-\u2010-\u2015]\d{4}(?![\w-])/g

/** As E.164 without its plus, where it is no part of an id. */
const BARE = /(?<![\w.-])\d{10,15}(?![\w-])/g

/**
 * Every telephone number in a text, in whatever writing, from the first to the last: with a country code
 * those of all countries, without one North American ones, and those of these countries that begin with a
 * zero. Rather one too many than one too few: seven digits after a plus are taken for a number that exists.
 */
export function numbersInText(text: string, countries: Iterable<CountryCode>): WrittenNumber[] {
  const found: WrittenNumber[] = []
  const add = (number: WrittenNumber) => {
    if (!found.some(({ start, end }) => start < number.end && number.start < end))
      found.push(number)
  }
  for (const { 0: written, index } of text.matchAll(INTERNATIONAL))
    add(at(index, shortened(written)))
  for (const { 0: written, index } of text.matchAll(NORTH_AMERICAN))
    add(at(index, written, `+1${digitsOf(written).slice(-10)}`))
  for (const { 0: written, index } of text.matchAll(BARE)) add(at(index, written))
  for (const defaultCountry of countries)
    for (const { startsAt, endsAt, number } of findPhoneNumbersInText(text, { defaultCountry }))
      if (startsAsNational(text.slice(startsAt)))
        add({ start: startsAt, end: endsAt, e164: number.number })
  return found.toSorted((one, other) => one.start - other.start)
}

/** A trunk zero, and neither a fraction nor a date: without it, dates and addresses look like numbers, too. */
function startsAsNational(rest: string): boolean {
  return /^\(?0\d/.test(rest) && !/^\d{1,2}[./-]\d{1,2}[./-]\d{4}/.test(rest)
}

function at(start: number, written: string, e164 = toE164(written)): WrittenNumber {
  return { start, end: start + written.length, e164 }
}

/**
 * Without the digits behind a whole number that do not belong to it: `+16045550123 2 times`. Who writes eight
 * digits in a row writes E.164, which has no blanks; else the longest that can be one is it.
 */
function shortened(written: string): string {
  const ends = [...written.matchAll(/\d(?!\d)/g)].map(({ index }) => index + 1)
  const candidates = ends.filter((end) => isNumber(written.slice(0, end)))
  const inARow = candidates.find((end) => /\d{8}$/.test(written.slice(0, end)))
  return written.slice(0, inARow ?? candidates.at(-1) ?? ends.at(-1))
}

function isNumber(written: string): boolean {
  return parsePhoneNumberFromString(withPlus(written))?.isPossible() === true
}

/** The national prefix that some write in brackets, as in +44 (0)20, is no part of it. */
function toE164(written: string): string {
  return parsePhoneNumberFromString(withPlus(written))?.number ?? `+${digitsOf(written)}`
}

function withPlus(written: string): string {
  return `+${written.replace(/^\+|^%2B/i, '')}`
}

function digitsOf(written: string): string {
  return written.replace(/^%2B/i, '').replace(/\D/g, '')
}
