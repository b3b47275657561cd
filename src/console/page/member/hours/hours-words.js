export const DAYS = /** @type {const} */ ([
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
])

/** The usual week, to begin with. @param {string} time_zone */
export function newHours(time_zone) {
  const span = [{ opens: '09:00', closes: '17:00' }]
  const weekdays = DAYS.slice(0, 5).map((day) => [day, span])
  return { time_zone, weekly: Object.fromEntries(weekdays), closed_dates: [] }
}

/** @param {string} word */
export const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1)

/** Hours in a line: days that follow each other and are open alike are one. @param {any} hours */
export function hoursWords(hours) {
  if (!hours) return 'None'
  /** @type {{ first: string, last: string, spans: string }[]} */
  const runs = []
  for (const day of DAYS) {
    const spans = spansWords(hours.weekly[day] ?? [])
    const run = runs.at(-1)
    if (run?.spans === spans) run.last = day
    else runs.push({ first: day, last: day, spans })
  }
  const days = runs
    .filter(({ spans }) => spans !== '')
    .map(({ first, last, spans }) => `${daysWords(first, last)} ${spans}`)
  const closed =
    hours.closed_dates?.length > 0 ? `; closed on ${hours.closed_dates.join(', ')}` : ''
  return `${days.join(', ')} (${hours.time_zone.replaceAll('_', ' ')})${closed}`
}

/** @param {{ opens: string, closes: string }[]} spans */
const spansWords = (spans) => spans.map(({ opens, closes }) => `${opens}–${closes}`).join(' and ')

/** @param {string} first @param {string} last */
function daysWords(first, last) {
  const short = (/** @type {string} */ day) => capital(day.slice(0, 3))
  return first === last ? short(first) : `${short(first)}–${short(last)}`
}
