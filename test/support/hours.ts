import { WEEKDAYS } from '../../src/business-hours/business-hours.ts'

const whole = [{ opens: '00:00', closes: '24:00' }]
const always = Object.fromEntries(WEEKDAYS.map((day) => [day, whole]))

/** Never closed; a world of tests has the clock of this machine. */
export const OPEN = { time_zone: 'America/New_York', weekly: always }

/** Closed now, and until the day after tomorrow, whenever now is. */
export const closedNow = () => ({
  ...OPEN,
  closed_dates: [-1, 0, 1].map((days) =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
  ),
})
