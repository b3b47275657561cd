import { z } from 'zod'
import { reasonInWords } from '../../telephony/failure-reason.ts'
import { orderErrorInWords } from '../../telephony/order-error.ts'

/** A number of ours and whose it is. */
const Named = z.object({ number: z.string(), organization: z.string().nullable() })

/** Some of `count` numbers: SQL names at most twenty. */
export const Numbers = z.object({ count: z.int(), numbers: z.array(Named) })

/** `organization "Premium Auto Sales"`, or the pool, which is nobody's. */
export function whose(organization: string | null): string {
  return organization === null ? 'the pool' : `organization "${organization}"`
}

/** `+16045550123 (organization "Premium Auto Sales"), … and 3 more`. */
export function named({ count, numbers }: z.infer<typeof Numbers>): string {
  const each = numbers.map(({ number, organization }) => `${number} (${whose(organization)})`)
  const more = count - numbers.length
  return each.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Words of a carrier or of an error as the end of a sentence of ours. */
export function ended(words: string): string {
  return `${inWords(words).trim().replace(/\.+$/, '')}.`
}

/** `1 number`, `2 numbers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Sentences in a row; those that do not apply are undefined. */
export function sentences(...each: (string | undefined)[]): string {
  return each.filter((sentence) => sentence !== undefined).join(' ')
}

export const RESOLVE = 'Resolve this notification.'

/** A reason, as rows keep it, in words; what is none of our kinds has its words already. */
const inWords = (kept: string) => orderErrorInWords(reasonInWords(kept))
