import { z } from 'zod'
import { GreetingsInput, RecordingNotice } from '../agent-memory/greetings.ts'
import { MissedCallTextInput } from '../agent-memory/missed-call-text.ts'
import { BusinessHoursInput } from '../business-hours/hours-input.ts'
import { ForwardInput, PhoneNumberInput, SpokenName, TransferInput } from '../http/schemas.ts'
import { CallRoutingInput } from '../phone-numbers/call-routing.ts'
import {
  AreaCodeInput,
  AreaCodeOnlyInput,
  agreesWithCountry,
  CountryInput,
  isInCountry,
  toCriteria,
} from '../phone-numbers/number-criteria.ts'
import { InboundVoice } from '../phone-numbers/phone-number.ts'
import { isCountry } from '../telephony/destination.ts'
import { CallerMemory, OutboundLimits, TextReplies } from './organization.ts'

const Slug = z
  .string()
  .min(1)
  .max(63)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'must consist of lower-case letters and digits with single hyphens between, e.g. premium-auto-sales',
  )

export const SignUpBody = z
  .strictObject({
    name: SpokenName.meta({ examples: ['Premium Auto Sales'] }),
    email: z.email().max(254),
    slug: Slug.optional().describe('Default: made from the name'),
    preferredAreaCode: AreaCodeInput.optional(),
    country: CountryInput.optional(),
    areaCodeOnly: AreaCodeOnlyInput.optional(),
    provisionPhone: z
      .boolean()
      .optional()
      .describe('Default true; false: without a number for now'),
  })
  .refine(
    (body) => isInCountry(body.preferredAreaCode, body.country),
    agreesWithCountry('preferredAreaCode'),
  )
  .transform(({ name, email, slug, provisionPhone, preferredAreaCode, country, areaCodeOnly }) => {
    const criteria = toCriteria({ areaCode: preferredAreaCode, country, areaCodeOnly })
    return { name, email, slug, criteria: (provisionPhone ?? true) ? criteria : null }
  })

const NO_COUNTRY = 'must be a country of two letters, such as CA'

/** More than ISO 3166 has. */
const MOST_COUNTRIES = 300

const CountriesInput = z
  .array(
    z
      .string()
      .max(2, { error: NO_COUNTRY, abort: true })
      .toUpperCase()
      .refine(isCountry, NO_COUNTRY),
  )
  .max(MOST_COUNTRIES)
  .transform((countries) => [...new Set(countries)])

/** What is absent stays as it is; a setting that is null goes back to its default. */
export const OrganizationChangesBody = z.strictObject({
  name: SpokenName.optional(),
  settings: z
    .strictObject({
      confirm_caller_name: z.boolean().nullable().optional(),
      caller_memory: CallerMemory.nullable().optional(),
      greetings: GreetingsInput.nullable().optional().describe('Replaces both'),
      recording_notice: RecordingNotice.nullable().optional(),
      only_attested_callers: z.boolean().nullable().optional(),
      text_replies: TextReplies.nullable().optional(),
      inbound_voice: InboundVoice.nullable().optional(),
      fallback_forward_to: ForwardInput.nullable().optional(),
      business_hours: BusinessHoursInput.nullable().optional().describe('Replaces all of them'),
      routing: CallRoutingInput.nullable().optional().describe('Replaces both lists'),
      missed_call_text: MissedCallTextInput.nullable().optional(),
      transfer_to: TransferInput.nullable()
        .optional()
        .describe('Takes an agent of its own: POST /api/agents makes one'),
      messaging_service_sid: z
        .string()
        .regex(/^MG[0-9a-f]{32}$/, 'must be MG and 32 hex digits')
        .nullable()
        .optional()
        .describe('Only for operators'),
      outbound_countries: CountriesInput.nullable()
        .optional()
        .describe('The countries it calls: all that this server calls, or fewer'),
      alert_mails: z.boolean().nullable().optional(),
      outbound_limits: OutboundLimits.nullable()
        .optional()
        .describe('Only for operators; replaces all of them'),
      fallback_daily_calls: z
        .int()
        .min(0)
        .max(1_000_000)
        .nullable()
        .optional()
        .describe('Only for operators: calls from the default number in 24 hours; 0: none'),
    })
    .optional(),
  defaultPhoneNumber: PhoneNumberInput.optional().describe('One of its active numbers'),
  status: z.enum(['active', 'suspended']).optional().describe('Only for operators'),
})
