import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BusinessHours, WEEKDAYS } from '../../src/business-hours/business-hours.ts'
import { BusinessHoursInput } from '../../src/business-hours/hours-input.ts'
import { openingInWords } from '../../src/business-hours/in-words.ts'
import { isOpen, nextOpening } from '../../src/business-hours/opening.ts'

const MINUTE = 60_000
const working = [{ opens: '09:00', closes: '17:00' }]
const weekdays = {
  monday: working,
  tuesday: working,
  wednesday: working,
  thursday: working,
  friday: working,
}
const onCoast: BusinessHours = { time_zone: 'America/Los_Angeles', weekly: weekdays }
const whole = [{ opens: '00:00', closes: '24:00' }]
const always = Object.fromEntries(WEEKDAYS.map((day) => [day, whole]))

/** As the platform writes a moment in a zone: no arithmetic of ours. */
const written = new Map<string, { day: Intl.DateTimeFormat; weekday: Intl.DateTimeFormat }>()

function writingOf(timeZone: string) {
  const known = written.get(timeZone) ?? {
    day: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
    weekday: new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'long' }),
  }
  written.set(timeZone, known)
  return known
}

/** Whether it is open, read from what is written. */
function isOpenByTheBook(hours: BusinessHours, at: number): boolean {
  const { day, weekday } = writingOf(hours.time_zone)
  const [date = '', time = ''] = day.format(at).split(' ')
  const name = weekday.format(at).toLowerCase() as (typeof WEEKDAYS)[number]
  return (
    !hours.closed_dates?.includes(date) &&
    (hours.weekly[name] ?? []).some(({ opens, closes }) => time >= opens && time < closes)
  )
}

/** The next opening, minute by minute; null: none within these days. */
function nextOpeningByTheBook(hours: BusinessHours, at: number, days: number): number | null {
  let wasOpen = isOpenByTheBook(hours, at)
  for (let minute = at + MINUTE; minute <= at + days * 1_440 * MINUTE; minute += MINUTE) {
    const open = isOpenByTheBook(hours, minute)
    if (open && !wasOpen) return minute
    wasOpen = open
  }
  return null
}

/** Where clocks are put forward and back, at midnight, by half an hour, by the quarter hour, or never. */
const zones = [
  'America/Los_Angeles',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'UTC',
]
/** Around the changes of 2026 in these zones. */
const changes = ['2026-03-08', '2026-11-01', '2026-04-05', '2026-10-04', '2026-04-24', '2026-10-30']

const time = fc
  .integer({ min: 0, max: 96 })
  .map((quarter) => quarter * 15)
  .map((all) => [Math.floor(all / 60), all % 60].map((part) => String(part).padStart(2, '0')))
  .map((parts) => parts.join(':'))
const anyDay = fc.uniqueArray(time, { maxLength: 4 }).map((times) => {
  const inOrder = times.toSorted()
  return inOrder.flatMap((opens, index) => {
    const closes = inOrder[index + 1]
    return index % 2 === 0 && closes ? [{ opens, closes }] : []
  })
})
const anyHours = fc.record({
  time_zone: fc.constantFrom(...zones),
  weekly: fc.record(
    Object.fromEntries(WEEKDAYS.map((day) => [day, anyDay])) as Record<
      (typeof WEEKDAYS)[number],
      typeof anyDay
    >,
  ),
  closed_dates: fc.array(
    fc.constantFrom('2026-03-08', '2026-03-09', '2026-11-01', '2026-11-02', '2026-04-05'),
    { maxLength: 2 },
  ),
})
const anyMoment = fc
  .tuple(fc.constantFrom(...changes), fc.integer({ min: -1_440, max: 2 * 1_440 }))
  .map(([date, minutes]) => Date.parse(date) + minutes * MINUTE)

describe('business hours', () => {
  test('of any week and zone, around the days on which clocks change, open when the wall clock says so', () => {
    fc.assert(
      fc.property(anyHours, anyMoment, (hours, at) => {
        expect(isOpen(hours, new Date(at))).toBe(isOpenByTheBook(hours, at))
      }),
      { numRuns: 300 },
    )
  })

  test('of any week and zone, around the days on which clocks change, open next at the first minute that is open again', () => {
    fc.assert(
      fc.property(anyHours, anyMoment, (hours, at) => {
        const expected = nextOpeningByTheBook(hours, at, 2)
        const found = nextOpening(hours, new Date(at))?.getTime() ?? null

        if (expected !== null) expect(found).toBe(expected)
        else if (found !== null) {
          expect(found).toBeGreaterThan(at + 2 * 1_440 * MINUTE)
          expect([isOpenByTheBook(hours, found), isOpenByTheBook(hours, found - MINUTE)]).toEqual([
            true,
            false,
          ])
        }
      }),
      { numRuns: 40 },
    )
  })

  test.each([
    ['in winter, eight hours behind', '2026-01-05T17:00:00Z', true],
    ['in winter, a second before', '2026-01-05T16:59:59Z', false],
    ['in summer, seven hours behind', '2026-07-06T16:00:00Z', true],
    ['at closing time', '2026-01-06T01:00:00Z', false],
    ['on a Saturday', '2026-01-03T20:00:00Z', false],
  ])('nine to five on the west coast, %s, is as its clocks say', (_when, at, expected) => {
    expect(isOpen(onCoast, new Date(at))).toBe(expected)
  })

  test('over a weekend in which clocks are put forward, open on Monday an hour earlier in UTC', () => {
    const friday = new Date('2026-03-07T02:00:00Z')

    expect(nextOpening(onCoast, friday)).toEqual(new Date('2026-03-09T16:00:00Z'))
  })

  test('that begin in an hour which is skipped, open as the clock jumps into them', () => {
    const night = { ...onCoast, weekly: { sunday: [{ opens: '02:30', closes: '04:00' }] } }

    expect(nextOpening(night, new Date('2026-03-08T08:00:00Z'))).toEqual(
      new Date('2026-03-08T10:00:00Z'),
    )
  })

  test('with days closed, open after them', () => {
    const closed = { ...onCoast, closed_dates: ['2026-12-25', '2026-12-28'] }

    expect(isOpen(closed, new Date('2026-12-25T20:00:00Z'))).toBe(false)
    expect(nextOpening(closed, new Date('2026-12-25T02:00:00Z'))).toEqual(
      new Date('2026-12-29T17:00:00Z'),
    )
  })

  test('around the clock, never open again, but after a day closed', () => {
    const hours = { time_zone: 'America/Los_Angeles', weekly: always }

    expect(nextOpening(hours, new Date('2026-05-01T12:00:00Z'))).toBeNull()
    expect(
      nextOpening({ ...hours, closed_dates: ['2026-05-03'] }, new Date('2026-05-01T12:00:00Z')),
    ).toEqual(new Date('2026-05-04T07:00:00Z'))
  })

  test.each([
    [onCoast, '2026-01-02T23:30:00Z', 'yes', 'Friday, January 2, 2026 at 3:30 PM'],
    [onCoast, '2026-01-03T23:30:00Z', 'no', 'Saturday, January 3, 2026 at 3:30 PM'],
  ])(
    'in words, say whether it is open, what time it is and when it opens next',
    (hours, at, open, local) => {
      expect(openingInWords(hours, new Date(at))).toEqual({
        is_open: open,
        local_time: local,
        next_opening: 'Monday, January 5 at 9:00 AM',
      })
    },
  )

  test('that nobody has set, are not known', () => {
    expect(openingInWords(undefined, new Date())).toEqual({
      is_open: 'unknown',
      local_time: '',
      next_opening: '',
    })
  })
})

describe('business hours that are set', () => {
  const span = (opens: string, closes: string) => ({ opens, closes })
  const on = (...monday: unknown[]) => ({ ...onCoast, weekly: { monday } })

  test.each([
    ['a zone that does not exist', { ...onCoast, time_zone: 'America/Atlantis' }, 'time_zone'],
    ['an offset for a zone', { ...onCoast, time_zone: '+02:00' }, 'time_zone'],
    ['a span that ends before it begins', on(span('17:00', '09:00')), 'weekly.monday.0'],
    ['a span without a length', on(span('09:00', '09:00')), 'weekly.monday.0'],
    ['spans that overlap', on(span('13:00', '17:00'), span('09:00', '13:30')), 'weekly.monday'],
    ['a time that no clock shows', on(span('09:00', '25:00')), 'weekly.monday.0.closes'],
    ['a day that no week has', { ...onCoast, weekly: { someday: [] } }, 'weekly'],
    ['no span at all', { ...onCoast, weekly: {} }, ''],
    ['days without spans', on(), ''],
    ['a date that no year has', { ...onCoast, closed_dates: ['2026-02-30'] }, 'closed_dates.0'],
  ])('with %s, are refused there', (_what, hours, path) => {
    const { error } = BusinessHoursInput.safeParse(hours)

    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path)
  })

  test('with spans that touch, and dates twice, are taken as they are meant', () => {
    const input = {
      ...on(span('13:00', '17:00'), span('09:00', '13:00'), span('22:00', '24:00')),
      closed_dates: ['2026-12-26', '2026-12-25', '2026-12-26'],
    }

    expect(BusinessHoursInput.parse(input)).toEqual({
      ...input,
      closed_dates: ['2026-12-25', '2026-12-26'],
    })
  })
})
