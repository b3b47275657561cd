import { z } from 'zod'
import type { PageRequest } from '../database/db.ts'
import { canBeCalled, isEmergencyNumber } from '../telephony/destination.ts'
import { toE164 } from '../telephony/phone.ts'

/** Any usual notation in, E.164 out; `+`, `%2B` and the space a `+` turns into are all the same. */
export const PhoneNumberInput = z
  .string()
  .max(40)
  .transform((value, context) => {
    const e164 = toE164(value)
    if (e164) return e164
    context.addIssue({
      code: 'custom',
      message: `"${value}" is not a possible phone number: send it as +16045550123`,
    })
    return z.NEVER
  })
  .meta({
    description: 'Phone number in any usual notation; without a country code it is North American',
    examples: ['+16045550123'],
  })

/** A number to be called: like any other, but each refusal has a problem code of its own. */
export const DestinationInput = z
  .string()
  .max(40)
  .transform((value, context) => {
    const e164 = toE164(value)
    if (e164 && canBeCalled(e164)) return e164
    const problem = isEmergencyNumber(value) ? 'destination_emergency' : 'destination_impossible'
    const message =
      problem === 'destination_emergency'
        ? `"${value}" is an emergency number, which is never called`
        : `"${value}" is not a possible phone number: send it as +16045550123`
    context.addIssue({ code: 'custom', message, params: { problem } })
    return z.NEVER
  })
  .meta({ description: 'Phone number in any usual notation', examples: ['+16045550123'] })

/**
 * An ISO time with its offset in, the same in UTC out, to the microsecond: what the database takes.
 * It refuses offsets of 16 hours and more, and has no year 0.
 */
export const TimeInput = z.iso.datetime({ offset: true }).transform((value, context) => {
  const utc = new Date(value).toISOString()
  if (/^\d{4}/.test(utc) && !utc.startsWith('0000')) {
    const fraction = /\.(\d{1,6})/.exec(value)?.[1] ?? '0'
    return utc.replace(/\.\d+/, `.${fraction}`)
  }
  context.addIssue({ code: 'custom', message: 'must lie in the years 1 to 9999, in UTC' })
  return z.NEVER
})

export const OrganizationParams = z.object({ organizationId: z.guid() })

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.guid().optional().describe('nextCursor of the page before'),
})

export const NextCursor = z
  .string()
  .nullable()
  .describe('cursor of the next page, null on the last')

export function pageOf(query: z.output<typeof PageQuery>): PageRequest {
  return { limit: query.limit, cursor: query.cursor ?? null }
}
