import type { BusinessHours } from './business-hours.ts'
import { isOpen, nextOpening } from './opening.ts'

const TIME = { hour: 'numeric', minute: '2-digit' } as const
const DAY = { weekday: 'long', month: 'long', day: 'numeric' } as const

/** What agents are told of the hours; without hours nothing is known. */
export interface OpeningInWords {
  is_open: 'yes' | 'no' | 'unknown'
  /** Such as "Tuesday, March 3, 2026 at 4:05 PM". */
  local_time: string
  /** Such as "Wednesday, March 4 at 9:00 AM"; empty: it never closes, or not known. */
  next_opening: string
}

export function openingInWords(hours: BusinessHours | undefined, at: Date): OpeningInWords {
  if (!hours) return { is_open: 'unknown', local_time: '', next_opening: '' }
  const next = nextOpening(hours, at)
  return {
    is_open: isOpen(hours, at) ? 'yes' : 'no',
    local_time: spoken(at, hours.time_zone, { ...DAY, year: 'numeric' }),
    next_opening: next ? spoken(next, hours.time_zone, DAY) : '',
  }
}

/** English, with plain blanks only. */
function spoken(at: Date, timeZone: string, day: Intl.DateTimeFormatOptions): string {
  const inZone = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone, ...options }).format(at).replace(/\s/g, ' ')
  return `${inZone(day)} at ${inZone(TIME)}`
}
