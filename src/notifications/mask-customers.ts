import type { z } from 'zod'
import type { StoredNotification } from './notification.ts'

/** As E.164, also percent-encoded, or without its plus; no part of an id, an address or a fraction. */
const NUMBER = /(?<![\w.-])(?:(\+|%2B)(\d{7,15})|(\d{10,15}))(?![\w-])/gi

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

function ours(facts: unknown): string[] {
  if (Array.isArray(facts)) return facts.flatMap(ours)
  if (typeof facts !== 'object' || facts === null) return []
  return Object.entries(facts).flatMap(([key, value]) =>
    OUR_NUMBERS.includes(key) ? strings(value) : ours(value),
  )
}

const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.flatMap((each) => (typeof each === 'string' ? [each] : ours(each)))
      : []

/** `+16045550123` → `+1604•••0123`, for every telephone number but these. */
export function maskOthers(text: string, known: Set<string>): string {
  return text.replace(NUMBER, (whole, plus = '', international?: string, bare = '') => {
    const digits = international ?? bare
    if (known.has(`+${digits}`)) return whole
    const shown = Math.min(4, digits.length - 7)
    return `${plus}${digits.slice(0, 4)}•••${digits.slice(digits.length - shown)}`
  })
}
