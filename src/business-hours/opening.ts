import { type BusinessHours, type Span, WEEKDAYS } from './business-hours.ts'
import { changeBetween, momentsOf, wallTime } from './wall-clock.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** How far ahead an opening is looked for, in days. */
const HORIZON = 400

const MIDNIGHT = '24:00'

/** Whether it is open at this moment, by the clock on its walls. */
export function isOpen(hours: BusinessHours, at: Date): boolean {
  return isOpenAt(hours, at.getTime())
}

/**
 * When it opens next after this moment: the first one at which it is open and was not just before. Null: it never
 * closes, or stays closed for more than a year.
 */
export function nextOpening(hours: BusinessHours, at: Date): Date | null {
  const now = at.getTime()
  const today = dayOf(wallTime(hours.time_zone, now))
  if (neverCloses(hours, today)) return null
  for (let day = today; day <= today + HORIZON * DAY_MS; day += DAY_MS) {
    const openings = momentsOfDay(hours, day).filter(
      (moment) => moment > now && isOpenAt(hours, moment) && !isOpenAt(hours, moment - 1),
    )
    if (openings.length > 0) return new Date(Math.min(...openings))
  }
  return null
}

function isOpenAt(hours: BusinessHours, at: number): boolean {
  const wall = wallTime(hours.time_zone, at)
  const day = dayOf(wall)
  return spansOf(hours, day).some(
    ({ opens, closes }) => wall >= day + inMs(opens) && wall < day + inMs(closes),
  )
}

/** Where it may open on this day: as a span begins, or as the clock is put forward or back into one. */
function momentsOfDay(hours: BusinessHours, day: number): number[] {
  const zone = hours.time_zone
  const spans = spansOf(hours, day)
  if (spans.length === 0) return []
  const begun = spans.flatMap(({ opens }) => momentsOf(zone, day + inMs(opens)))
  const about = day - (wallTime(zone, day) - day)
  // The day lies within these, also where the clock is put forward or back around it.
  const change = changeBetween(zone, about - DAY_MS / 4, about + 1.25 * DAY_MS)
  return change !== null && dayOf(wallTime(zone, change)) === day ? [...begun, change] : begun
}

/** A day of the wall, as its midnight in UTC. */
const dayOf = (wall: number) => Math.floor(wall / DAY_MS) * DAY_MS

function spansOf({ weekly, closed_dates: closed }: BusinessHours, day: number): Span[] {
  const date = new Date(day)
  if (closed?.includes(date.toISOString().slice(0, 10))) return []
  return weekly[WEEKDAYS[date.getUTCDay()] ?? 'sunday'] ?? []
}

/** Whether every day that is looked at is open from midnight to midnight. */
function neverCloses(hours: BusinessHours, today: number): boolean {
  const whole = (spans: Span[] = []) => {
    let until = '00:00'
    for (const { opens, closes } of spans.toSorted((a, b) => a.opens.localeCompare(b.opens)))
      if (opens === until) until = closes
    return until === MIDNIGHT
  }
  const last = today + HORIZON * DAY_MS
  const isInSight = (date: string) => Date.parse(date) >= today - DAY_MS && Date.parse(date) <= last
  return WEEKDAYS.every((day) => whole(hours.weekly[day])) && !hours.closed_dates?.some(isInSight)
}

function inMs(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return (hours * 60 + minutes) * MINUTE_MS
}
