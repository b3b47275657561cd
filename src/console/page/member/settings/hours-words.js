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

/** Hours in a few lines. @param {any} hours */
export function hoursWords(hours) {
  if (!hours) return 'None'
  const days = DAYS.filter((day) => hours.weekly[day]?.length > 0).map((day) => {
    const spans = hours.weekly[day].map(
      (/** @type {any} */ { opens, closes }) => `${opens}–${closes}`,
    )
    return `${capital(day.slice(0, 3))} ${spans.join(' and ')}`
  })
  const closed =
    hours.closed_dates?.length > 0 ? `; closed on ${hours.closed_dates.join(', ')}` : ''
  return `${days.join(', ')} (${hours.time_zone.replaceAll('_', ' ')})${closed}`
}
