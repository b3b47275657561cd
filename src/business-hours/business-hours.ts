import { z } from 'zod'
import { isTimeZone } from './wall-clock.ts'

/** As JavaScript counts them. */
export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Of one day, by the clock on the wall: "09:00"; it is closed from `closes` on, which may be "24:00". */
const Span = z.object({ opens: z.string(), closes: z.string() })
export type Span = z.infer<typeof Span>

/** A schema for each day of the week, which may be left out. */
export const inDays = <Spans extends z.ZodType>(spans: Spans) =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, spans.optional()])) as Record<
    Weekday,
    z.ZodOptional<Spans>
  >

/** When an organization, or one of its numbers, is open; a day without spans is closed. */
export const BusinessHours = z
  .object({
    time_zone: z.string().describe('IANA name'),
    weekly: z.object(inDays(z.array(Span))),
    closed_dates: z.array(z.string()).optional().describe('closed all day, whatever the weekday'),
  })
  .meta({ id: 'BusinessHours' })
export type BusinessHours = z.infer<typeof BusinessHours>

/** The same of a row; one whose zone this machine does not know counts as none. */
export const KnownBusinessHours = BusinessHours.refine(({ time_zone: zone }) => isTimeZone(zone))
