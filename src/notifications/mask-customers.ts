import type { z } from 'zod'
import { numbersInText } from '../telephony/numbers-in-text.ts'
import { countryOf } from '../telephony/phone.ts'
import type { StoredNotification } from './notification.ts'

/** What facts call a number of ours; a customer's stands under `customer`, or in somebody's words. */
const OUR_NUMBERS = ['number', 'numbers']

/** Our own numbers, as far as a notification is about them. */
export function numbersOf(stored: z.infer<typeof StoredNotification>): Set<string> {
  const { phone_number, phone_numbers, facts } = stored
  return new Set([
    ...(phone_number ? [phone_number] : []),
    ...(phone_numbers ?? []),
    ...ours(facts),
  ])
}

function ours(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return OUR_NUMBERS.includes(name) ? [value] : []
  if (Array.isArray(value)) return value.flatMap((each) => ours(each, name))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => ours(each, key))
}

/**
 * `+16045550123` → `+1604•••0123`, `(604) 555-0123` → `(604) 5•••-123`: every telephone number but these, in
 * whatever writing.
 */
export function maskOthers(text: string, known: Set<string>): string {
  const countries = new Set([...known].map(countryOf))
  let masked = text
  for (const { start, end, e164 } of numbersInText(text, countries).toReversed())
    if (!known.has(e164))
      masked = masked.slice(0, start) + mask(text.slice(start, end)) + masked.slice(end)
  return masked
}

/** Hides three digits at least, and with them how they were grouped. */
function mask(written: string): string {
  const digits = [...written.matchAll(/(?<!%)\d/g)].map(({ index }) => index)
  const shown = Math.min(4, digits.length - 7)
  const hidden = digits.slice(4, digits.length - shown)
  return `${written.slice(0, hidden[0])}•••${written.slice((hidden.at(-1) ?? 0) + 1)}`
}
