import { createHmac } from 'node:crypto'
import type { Sent } from '../load/connection.ts'

/** An organization's line, and who answers its calls. */
export interface Line {
  organizationId: string
  name: string
  number: string
}

/** Whom the questions are about, and what proves that a vendor asks them. */
export interface Parties {
  lines: Line[]
  /** Customers of each line, who all have a past with it. */
  customers: number
  /** What vendors sign. */
  publicUrl: string
  initSecret: string
  authToken: string
}

/** Which line the question of a number is about, and which of its customers asks. */
export function partiesOf({ lines, customers }: Parties, number: number) {
  const line = lines[number % lines.length]
  if (!line) throw new Error('there is no line to call')
  return { line, customer: customerOf(Math.floor(number / lines.length) % customers) }
}

/** A number of Vancouver that none of our own is. */
export function customerOf(index: number): string {
  return `+1778${2_000_000 + index}`
}

/** A vendor's id that no other request has: `run` tells servers and repetitions apart. */
export function sidOf(prefix: string, run: string, number: number): string {
  return `${prefix}${run}${number.toString(16).padStart(32 - run.length, '0')}`
}

/** A form with Twilio's signature. Source: Twilio, "Validating signatures from Twilio". */
export function signedForm(
  url: string,
  params: Record<string, string>,
  authToken: string,
): Omit<Sent, 'path'> {
  const text = Object.keys(params)
    .sort()
    .reduce((all, name) => all + name + params[name], url)
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', authToken).update(text).digest('base64'),
    },
    body: new URLSearchParams(params).toString(),
  }
}
