import { z } from 'zod'
import { withoutFragment } from '../carriers/webhook-url.ts'
import { NumberImport, PhoneNumber } from './phone-number.ts'

/** What the database says a number's SMS URL at Twilio may carry. */
export const QuarantineMark = z.object({
  /** Of the present quarantine, or else of the last one; null: it had none, or none with a mark. */
  quarantine_id: z.guid().nullable(),
  /** Whether the mark may be written: within a day of the quarantine, until it was seen once. */
  may_write: z.boolean(),
  /** Marks that are known to be over. */
  past: z.array(z.string()),
})
type QuarantineMark = z.infer<typeof QuarantineMark>

/** A number with its mark and its import, as whoever changes it or releases it needs it. */
export const MarkedNumber = PhoneNumber.extend({ mark: QuarantineMark, import: NumberImport })
export type MarkedNumber = z.infer<typeof MarkedNumber>

const PARAMETER = 'quarantine'

/** The mark that an SMS URL carries, whatever address it is at; null: none. */
export function markIn(url: string): string | null {
  return URL.canParse(url) ? new URL(url).searchParams.get(PARAMETER) : null
}

/** The URL of a webhook, marked; how it is to be delivered stays. */
export function withMark(url: string, quarantineId: string): string {
  const asked = withoutFragment(url)
  // Put together as it stands: Twilio signs the very letters, and a parser would change some.
  return `${asked}?${PARAMETER}=${quarantineId}${url.slice(asked.length)}`
}

/**
 * - fits: Twilio shows what is to be, so the number may be synced, and once its time is over released
 * - to_write: Twilio shows nothing, or what is over, and the mark may be written, or removed
 * - doubt: Twilio shows what the database does not know. One of them is older than the other, so
 *   the number is left alone, in all its settings, and a person decides
 */
type Verdict = 'fits' | 'to_write' | 'doubt'

/** The one rule for the mark of a number; `shown` is what its SMS URL at Twilio carries. */
export function judgeMark(
  { status, mark }: { status: PhoneNumber['status']; mark: QuarantineMark },
  shown: string | null,
): Verdict {
  const isOver = shown !== null && mark.past.includes(shown)
  if (status !== 'quarantined') {
    if (shown === null) return 'fits'
    return isOver ? 'to_write' : 'doubt'
  }
  if (mark.quarantine_id === null) return 'doubt'
  if (shown === mark.quarantine_id) return 'fits'
  return mark.may_write && (shown === null || isOver) ? 'to_write' : 'doubt'
}

/** Twilio shows another mark than the database knows: nothing was changed, and nothing may be. */
export class MarkInDoubt extends Error {
  override name = 'MarkInDoubt'
  readonly number: MarkedNumber
  readonly shown: string | null

  constructor(number: MarkedNumber, shown: string | null) {
    const carried = shown === null ? 'no mark of a quarantine' : `the mark of quarantine ${shown}`
    super(
      `${number.phone_number} is ${number.status} here, and its SMS URL at Twilio carries ${carried}: it is left alone until a person decides`,
    )
    this.number = number
    this.shown = shown
  }
}

/** @throws MarkInDoubt */
export function checkMark(number: MarkedNumber, smsUrl: string): void {
  const shown = markIn(smsUrl)
  if (judgeMark(number, shown) === 'doubt') throw new MarkInDoubt(number, shown)
}
