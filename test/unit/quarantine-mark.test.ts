import { describe, expect, test } from 'vitest'
import { PhoneNumberStatus } from '../../src/phone-numbers/phone-number.ts'
import {
  judgeMark,
  type MarkedNumber,
  markIn,
  withMark,
} from '../../src/phone-numbers/quarantine-mark.ts'

const PRESENT = '7f0f0f4e-6b0e-4b8e-9c5e-0d6a1d1f2a3b'
const OVER = '11111111-6b0e-4b8e-9c5e-0d6a1d1f2a3b'
const UNKNOWN = '22222222-6b0e-4b8e-9c5e-0d6a1d1f2a3b'

describe('judgeMark', () => {
  const quarantined = (
    mayWrite: boolean,
    id: string | null = PRESENT,
  ): Pick<MarkedNumber, 'status' | 'mark'> => ({
    status: 'quarantined',
    mark: { quarantine_id: id, may_write: mayWrite, past: [OVER] },
  })

  test.each([
    ['that just began', quarantined(true), PRESENT, 'fits'],
    ['that just began', quarantined(true), null, 'to_write'],
    ['that just began', quarantined(true), OVER, 'to_write'],
    ['that just began', quarantined(true), UNKNOWN, 'doubt'],
    ['whose mark was seen, or that is older than a day', quarantined(false), PRESENT, 'fits'],
    ['whose mark was seen, or that is older than a day', quarantined(false), null, 'doubt'],
    ['whose mark was seen, or that is older than a day', quarantined(false), OVER, 'doubt'],
    ['whose mark was seen, or that is older than a day', quarantined(false), UNKNOWN, 'doubt'],
    ['that has no mark', quarantined(true, null), null, 'doubt'],
    ['that has no mark', quarantined(true, null), OVER, 'doubt'],
    ['that has no mark', quarantined(true, null), UNKNOWN, 'doubt'],
  ] as const)('in a quarantine %s: %j, shown %s, %s', (_quarantine, number, shown, expected) => {
    expect(judgeMark(number, shown)).toBe(expected)
  })

  const others = PhoneNumberStatus.options.filter((status) => status !== 'quarantined')
  test.each(
    others.flatMap((status) =>
      (
        [
          [null, 'fits'],
          [OVER, 'to_write'],
          [PRESENT, 'to_write'],
          [UNKNOWN, 'doubt'],
        ] as const
      ).map(([shown, expected]) => [status, shown, expected] as const),
    ),
  )('of one that is %s: shown %s, %s', (status, shown, expected) => {
    // What the last quarantine of a number was marked with is over, too.
    const mark = { quarantine_id: PRESENT, may_write: false, past: [OVER, PRESENT] }

    expect(judgeMark({ status, mark }, shown)).toBe(expected)
  })
})

describe('the mark of an SMS URL', () => {
  test.each([
    ['https://a.example/sms', `https://a.example/sms?quarantine=${PRESENT}`],
    ['https://a.example:443/sms', `https://a.example:443/sms?quarantine=${PRESENT}`],
    ['https://a.example/sms#rc=2', `https://a.example/sms?quarantine=${PRESENT}#rc=2`],
  ])('of %s, is a query before the fragment, and read again', (url, expected) => {
    const marked = withMark(url, PRESENT)

    expect(marked).toBe(expected)
    expect(markIn(marked)).toBe(PRESENT)
  })

  test.each(['', 'https://a.example/sms', 'https://a.example/sms#rc=2', 'not a url'])(
    'of %j, is none',
    (url) => {
      expect(markIn(url)).toBeNull()
    },
  )
})
