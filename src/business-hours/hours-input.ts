import { z } from 'zod'
import { inDays } from './business-hours.ts'
import { isOpen, nextOpening } from './opening.ts'
import { isTimeZone } from './wall-clock.ts'

const MOST_SPANS = 6
const MOST_DATES = 366

const opens = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00')
const closes = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as 17:30, or 24:00')

const SpanInput = z.strictObject({ opens, closes }).refine((span) => span.opens < span.closes, {
  message:
    'must close after it opens, on the same day: what goes beyond midnight is a span until 24:00, and one from 00:00 on the next day',
})

const DayInput = z
  .array(SpanInput)
  .max(MOST_SPANS)
  .refine((spans) => {
    const inOrder = spans.toSorted((a, b) => a.opens.localeCompare(b.opens))
    return inOrder.every((span, index) => span.opens >= (inOrder[index - 1]?.closes ?? ''))
  }, 'must not overlap')

/** Business hours as they are set. Whatever would never open is refused. */
export const BusinessHoursInput = z
  .strictObject({
    time_zone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'is no time zone: send its IANA name, such as America/Vancouver'),
    weekly: z.strictObject(inDays(DayInput)),
    closed_dates: z
      .array(z.iso.date())
      .max(MOST_DATES)
      .transform((dates) => [...new Set(dates)].toSorted())
      .optional(),
  })
  .superRefine((hours, context) => {
    const now = new Date()
    if (!isTimeZone(hours.time_zone)) return
    if (isOpen(hours, now) || nextOpening(hours, now)) return
    context.addIssue({
      code: 'custom',
      message: 'never open within the next year: leave the hours out, or give a day a span',
    })
  })
  .describe(
    'when it is open, by the clock on its walls; each day of the week has its spans, and none where it is closed',
  )
