const words = new Intl.DateTimeFormat(
  /^[\w-]+$/.test(navigator.language) ? navigator.language : undefined,
  { month: 'long', year: 'numeric', timeZone: 'UTC' },
)

/** The last months in UTC, by which the server counts, this one first: `2026-05`. @param {number} count */
export function lastMonths(count) {
  const now = new Date()
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  )
}

/** `May 2026`. @param {string} month */
export const monthWords = (month) => words.format(new Date(`${month}-01T00:00:00Z`))
