import type { Json } from '../narrator.ts'

const DAY_MS = 86_400_000

/**
 * Closed until the day after tomorrow, whenever now is: in Vancouver it is the same day as by UTC, or still the one before.
 */
export function closedNow() {
  const weekday = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' })
  const day = weekday.format(Date.now() + 2 * DAY_MS).toLowerCase()
  return {
    time_zone: 'America/Vancouver',
    weekly: { [day]: [{ opens: '09:00', closes: '17:00' }] },
  }
}

/** Whether words say when an organization with these hours opens next, and nothing else. */
export function isItsOpening(organization: Json, words: string | undefined): boolean {
  const [day = ''] = Object.keys(organization?.settings.business_hours?.weekly ?? {})
  return new RegExp(`^${day}, [A-Z][a-z]+ \\d+ at 9:00 AM$`, 'i').test(words ?? '')
}
