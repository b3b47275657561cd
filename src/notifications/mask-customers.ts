import type { z } from 'zod'
import type { StoredNotification } from './notification.ts'

/** As E.164, also percent-encoded, whatever stands beside it; without its plus, where it is no part of an id. */
const NUMBER = /(\+|%2B)(\d{7,})|(?<![\w.-])(\d{10,15})(?![\w-])/gi

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

/** `+16045550123` → `+1604•••0123`, for every telephone number but these. */
export function maskOthers(text: string, known: Set<string>): string {
  return text.replace(NUMBER, (whole, plus = '', international?: string, bare = '') => {
    const digits = international ?? bare
    if (known.has(`+${digits}`)) return whole
    const shown = Math.min(4, digits.length - 7)
    return `${plus}${digits.slice(0, 4)}•••${digits.slice(digits.length - shown)}`
  })
}
