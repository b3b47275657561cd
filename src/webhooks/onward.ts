import { z } from 'zod'
import type { Onward } from '../calls/inbound/course.ts'

const word = (description: string, example: string) =>
  z
    .string()
    .max(255)
    .catch('')
    .meta({ description, examples: [example] })

/**
 * What comes next for a caller who is put through, in the address that Twilio asks then: it signs the whole of it, so
 * that it is as it was written. What is not there, as for an apology, is nothing.
 */
export const OnwardQuery = z.object({
  next: word('what is tried then, in this order', 'agent,voicemail'),
  closed: word('yes: the organization is closed', 'yes'),
  attested: word('yes: the caller’s carrier vouches for the number', 'yes'),
})

export function readOnward({ next, closed, attested }: z.output<typeof OnwardQuery>): Onward {
  return {
    steps: next.split(',').filter((step) => step === 'agent' || step === 'voicemail'),
    isClosed: closed === 'yes',
    isAttested: attested === 'yes',
  }
}

export function writeOnward({ steps, isClosed, isAttested }: Onward): string {
  const written = new URLSearchParams({ next: steps.join(',') })
  if (isClosed) written.set('closed', 'yes')
  if (isAttested) written.set('attested', 'yes')
  return written.toString()
}
