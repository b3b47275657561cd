import { z } from 'zod'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import { readSent } from '../../http/input/sent.ts'
import { PhoneNumberInput } from '../../http/schemas.ts'
import type { Actor } from '../../platform/actor.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Activate } from '../manual/activate-number.ts'

const Entry = z.strictObject({
  phoneNumber: PhoneNumberInput,
  elevenLabsPhoneId: z.string().trim().min(1).max(255),
})

export const EntryResult = z.object({
  phoneNumber: z.string().nullable().describe('as it was sent when it could not be read'),
  status: z
    .enum(['activated', 'pending', 'failed'])
    .describe('pending: accepted, but not verified yet; it goes on by itself'),
  error: z.string().optional(),
})
export type EntryResult = z.infer<typeof EntryResult>

export type ActivateBatch = (actor: Actor, entries: unknown[]) => Promise<EntryResult[]>

/**
 * Activates numbers that were imported manually, at most `concurrency` at once. Every entry has its
 * own result, in the order sent; a wrong one, or one that comes a second time, fails alone.
 */
export function createActivateBatch(deps: {
  activate: Activate
  concurrency: number
  log: Logger
}): ActivateBatch {
  async function activateEntry(
    actor: Actor,
    entry: z.output<typeof Entry>,
  ): Promise<Pick<EntryResult, 'status' | 'error'>> {
    try {
      const { verified } = await deps.activate(actor, entry.phoneNumber, entry.elevenLabsPhoneId)
      return { status: verified ? 'activated' : 'pending' }
    } catch (thrown) {
      if (thrown instanceof AppError || thrown instanceof CarrierError) {
        return { status: 'failed', error: thrown.message }
      }
      deps.log.error({ err: toError(thrown) }, 'an entry of a batch could not be activated')
      return { status: 'failed', error: 'Something went wrong on our side: send this entry again' }
    }
  }

  return async (actor, entries) => {
    const checked = checkEntries(entries)
    const waiting = checked.entries()
    const results: EntryResult[] = []
    const worker = async () => {
      for (const [index, { phoneNumber, entry, error }] of waiting) {
        results[index] = entry
          ? { phoneNumber, ...(await activateEntry(actor, entry)) }
          : { phoneNumber, status: 'failed', error }
      }
    }
    await Promise.all(Array.from({ length: deps.concurrency }, worker))
    return results
  }
}

interface Checked {
  phoneNumber: string | null
  /** Absent where `error` says why it is not one. */
  entry?: z.output<typeof Entry>
  error?: string
}

function checkEntries(entries: unknown[]): Checked[] {
  const seen = new Map<string, number>()
  return entries.map((sent, index) => {
    const parsed = readSent(Entry, sent)
    if (!parsed.success) return { phoneNumber: sentNumber(sent), error: problemsOf(parsed.error) }
    const { phoneNumber, elevenLabsPhoneId } = parsed.data
    for (const value of [phoneNumber, elevenLabsPhoneId]) {
      const first = seen.get(value)
      if (first !== undefined)
        return { phoneNumber, error: `"${value}" is in entry ${first + 1} of this request already` }
    }
    seen.set(phoneNumber, index).set(elevenLabsPhoneId, index)
    return { phoneNumber, entry: parsed.data }
  })
}

function sentNumber(sent: unknown): string | null {
  const number = (sent as { phoneNumber?: unknown } | null)?.phoneNumber
  return typeof number === 'string' ? number : null
}

function problemsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')
}
