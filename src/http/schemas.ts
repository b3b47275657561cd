import { z } from 'zod'
import type { PageRequest } from '../database/db.ts'
import { CursorInput } from '../database/pages.ts'
import { hasDirectionMarks, hasLineBreaks, isEmptyToTheEye } from '../platform/visible-text.ts'
import { canBeCalled, isEmergencyNumber } from '../telephony/destination.ts'
import { readAddress, repairPlus } from '../telephony/notation.ts'
import { passesNumberingPlan, toE164 } from '../telephony/phone.ts'

/** What a number was sent as, for the sentence that refuses it: another channel's has its own advice. */
function impossible(value: string): string {
  const { channel, number } = readAddress(value)
  const e164 = channel === '' ? undefined : toE164(number)
  if (e164) {
    return `"${value}" is an address on another channel: send the number alone, ${e164}; it is reached by calls and SMS`
  }
  return `"${value}" is not a possible phone number: send it as +16045550123`
}

const parseNumber = (value: string, context: z.core.$RefinementCtx) => {
  const e164 = toE164(value)
  if (e164) return e164
  context.addIssue({ code: 'custom', message: impossible(value) })
  return z.NEVER
}

const numberMeta = {
  description: 'Phone number in any usual notation; without a country code it is North American',
  examples: ['+16045550123'],
}

/** Any usual notation in JSON in, E.164 out; it is read as written. */
export const PhoneNumberInput = z.string().max(40).transform(parseNumber).meta(numberMeta)

/** The same in a path or a query: `+`, `%2B` and the space a `+` turns into are all the same. */
export const PhoneNumberInUrl = z
  .string()
  .max(40)
  .transform((value, context) => parseNumber(repairPlus(value), context))
  .meta(numberMeta)

/** A number of a customer: one that somebody can have. */
export const CustomerNumberInput = z
  .string()
  .max(40)
  .transform((value, context) => {
    const e164 = toE164(value)
    if (e164 && passesNumberingPlan(e164)) return e164
    if (!e164) return parseNumber(value, context)
    context.addIssue({
      code: 'custom',
      message: `${e164} is nobody's number, because its country's numbering plan has no such: send the customer's own, as +16045550123`,
      params: { problem: 'contact_impossible' },
    })
    return z.NEVER
  })
  .meta(numberMeta)

/** A number to be called: like any other, but each refusal has a problem code of its own. */
const destinationInput = (
  emergency: 'destination_emergency' | 'routing_unfit' | 'transfer_unfit',
) =>
  z
    .string()
    .max(40)
    .transform((value, context) => {
      const e164 = toE164(value)
      if (e164 && canBeCalled(e164)) return e164
      const isEmergency = isEmergencyNumber(value)
      const problem = isEmergency ? emergency : 'destination_impossible'
      const message = isEmergency
        ? `"${value}" is an emergency number, which this server neither calls nor texts: dial it on a telephone`
        : impossible(value)
      context.addIssue({ code: 'custom', message, params: { problem } })
      return z.NEVER
    })
    .meta({ description: 'Phone number in any usual notation', examples: ['+16045550123'] })

export const DestinationInput = destinationInput('destination_emergency')

/** The same in a setting, by which callers are put through to it. */
export const ForwardInput = destinationInput('routing_unfit')
export const TransferInput = destinationInput('transfer_unfit')

/** Names are spoken: longer ones are a text. */
const MAX_NAME = 100

/**
 * What a customer is called, as another system may have it: something that somebody can see, and no
 * place for a variable. Whatever else is in it is made one line before an agent sees it.
 */
export const CustomerName = z.string().trim().min(1).max(MAX_NAME).superRefine(requireFit)

/** Said or told to an agent: short. */
export const CallValue = z.string().trim().min(1).max(200)

const MOST_VALUES = 20
const VALUE_NAME = 'must be a lower-case name of at most 50 letters, digits and _'

/** A few of them, by names that stand for variables. They are counted before any of them is read. */
export const CallValues = z
  .preprocess(
    (values, context) => {
      const isFew = typeof values !== 'object' || Object.keys(values ?? {}).length <= MOST_VALUES
      if (!isFew)
        context.addIssue({ code: 'custom', message: `must have at most ${MOST_VALUES} entries` })
      return values
    },
    z.record(z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, VALUE_NAME), CallValue),
  )
  .meta({ maxProperties: MOST_VALUES })

/** A name that an agent says as its own: the same, on one line. */
export const SpokenName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME)
  .refine((name) => !hasLineBreaks(name), 'must be on one line, without control characters')
  .superRefine(requireFit)

function requireFit(name: string, context: z.core.$RefinementCtx): void {
  const message = unfit(name)
  if (message) context.addIssue({ code: 'custom', message, params: { problem: 'name_unfit' } })
}

function unfit(name: string): string | undefined {
  if (/\{\{|\}\}/.test(name)) return 'must not contain {{ or }}, which stand for variables'
  if (hasDirectionMarks(name)) return 'must not contain direction marks: leave them out'
  if (isEmptyToTheEye(name)) return 'must have a character that can be seen'
  return undefined
}

/** Room for whatever fractions of a second another system writes. */
export const MAX_TIME = 1_000

/**
 * An ISO time with its offset in, the same in UTC out, to the microsecond: what the database takes.
 * It refuses offsets of 16 hours and more, and has no year 0.
 */
export const TimeInput = z.iso
  .datetime({ offset: true })
  .max(MAX_TIME)
  .transform((value, context) => {
    const utc = new Date(value).toISOString()
    if (/^\d{4}/.test(utc) && !utc.startsWith('0000')) {
      const fraction = /\.(\d{1,6})/.exec(value)?.[1] ?? '0'
      return utc.replace(/\.\d+/, `.${fraction}`)
    }
    context.addIssue({ code: 'custom', message: 'must lie in the years 1 to 9999, in UTC' })
    return z.NEVER
  })
  .meta({ examples: ['2026-05-01T00:00:00Z'] })

/** An id in a path or a query; the description says of what. */
export const idInput = (description: string) =>
  z.guid().meta({ description, examples: ['0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1c'] })

export const OrganizationParams = z.object({ organizationId: idInput('id of the organization') })

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('rows of a page at most'),
  cursor: CursorInput.optional(),
})

export const NextCursor = z
  .string()
  .nullable()
  .describe('cursor of the next page, null on the last')

export function pageOf(query: z.output<typeof PageQuery>): PageRequest {
  return { limit: query.limit, cursor: query.cursor ?? null }
}
