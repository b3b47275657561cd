import { z } from 'zod'
import { Greetings, RecordingNotice } from '../agent-memory/greetings.ts'
import { CallerMemory } from '../agent-memory/variables.ts'
import { BusinessHours } from '../business-hours/business-hours.ts'
import { Timestamp } from '../database/timestamp.ts'
import { CallRouting } from '../phone-numbers/call-routing.ts'
import { errorForTenants } from '../phone-numbers/orders/order-error.ts'
import {
  InboundVoice,
  isInService,
  LineStatus,
  lineStatusOf,
  PhoneNumberStatus,
} from '../phone-numbers/phone-number.ts'
import { OrderError } from '../telephony/order-error.ts'

export { CallerMemory }

const limit = z.int().min(0).max(1_000_000_000_000).optional()

/** An organization's own limits in the place of OUTBOUND_…; 0: no calls. */
export const OutboundLimits = z
  .strictObject({
    concurrency: limit.describe('calls at the same time'),
    daily_calls: limit.describe('calls in 24 hours'),
    daily_minutes: limit.describe('begun minutes in 24 hours'),
    daily_spend: limit.describe('micro-dollars in 24 hours, for calls and texts'),
    daily_segments: limit.describe('segments of texts in 24 hours'),
    segments_per_minute: limit.describe('segments of texts in a minute'),
    customer_daily_calls: limit.describe('calls to one customer in 24 hours'),
    customer_daily_segments: limit.describe('segments of texts to one customer in 24 hours'),
    customer_hourly_replies: limit.describe('turns of one customer that agents answer in an hour'),
    daily_replies: limit.describe('times that agents are asked to answer texts, in 24 hours'),
    replies_in_a_row: limit.describe(
      'turns in a row that begin within ten seconds of an answer, from which on no agent answers the customer, who seems to be a machine; at least 1, at most 100',
    ),
    account_daily_spend: limit.describe(
      'micro-dollars in 24 hours while its account is new, for all it costs',
    ),
  })
  .meta({ id: 'OutboundLimits' })
export type OutboundLimits = z.infer<typeof OutboundLimits>

/** Whether agents answer texts. */
export const TextReplies = z
  .enum(['off', 'agent'])
  .describe('agent: the agent of the number that was texted answers; off, the default: nobody does')
export type TextReplies = z.infer<typeof TextReplies>

/** What an organization may set; a value the database has from elsewhere is left out. */
const OrganizationSettings = z
  .object({
    confirm_caller_name: z
      .boolean()
      .optional()
      .describe('the agent asks whom it speaks with before it uses a remembered name'),
    caller_memory: CallerMemory.optional(),
    greetings: Greetings.optional(),
    recording_notice: RecordingNotice.optional(),
    only_attested_callers: z
      .boolean()
      .optional()
      .describe(
        'caller_memory is none for callers whose carrier does not vouch for their number; needs inbound_voice server, which alone is told',
      ),
    text_replies: TextReplies.optional(),
    inbound_voice: InboundVoice.optional().describe('who answers its calls; else INBOUND_VOICE'),
    fallback_forward_to: z
      .string()
      .optional()
      .describe('callers are put through to it when no agent can answer'),
    business_hours: BusinessHours.optional().describe(
      'when it is open; its numbers may have others',
    ),
    routing: CallRouting.optional().describe(
      'where calls go while it is open, and while it is closed; its numbers may have another',
    ),
    missed_call_text: z
      .string()
      .optional()
      .describe('callers are texted it with whom nobody has spoken; else they are not'),
    transfer_to: z
      .string()
      .optional()
      .describe('its own agents hand callers over to it who ask for a person'),
    messaging_service_sid: z
      .string()
      .optional()
      .describe('the Messaging Service that registers its US numbers for texting'),
    outbound_countries: z
      .array(z.string())
      .optional()
      .describe('the countries it calls, of those this server calls; else all of them'),
    alert_mails: z
      .boolean()
      .optional()
      .describe(
        'its admins are mailed of messages on tape, answers that failed, numbers that are ready, and a budget that is nearly spent; unless it is false',
      ),
    outbound_limits: OutboundLimits.optional(),
    fallback_daily_calls: z
      .number()
      .optional()
      .describe('calls from the default number in 24 hours; 0: none'),
  })
  .meta({ id: 'OrganizationSettings' })

/** An organization as the database shows it: with its number, and the order that is about it. */
export const Organization = z.object({
  id: z.guid(),
  name: z.string(),
  slug: z.string(),
  email: z.string(),
  status: z.enum(['active', 'suspended']),
  settings: z.record(z.string(), z.unknown()),
  default_phone_number_id: z.guid().nullable(),
  default_phone_number: z.string().nullable(),
  created_at: Timestamp,
  updated_at: Timestamp,
  phone: z
    .object({
      phone_number: z.string(),
      status: PhoneNumberStatus,
      /** Outside as it is to be, with the agent it is to have. */
      verified: z.boolean(),
      /** Why it is not verified: operators have to decide; it is tried again, and late; null: neither. */
      trouble: z.enum(['operators', 'late']).nullable(),
      area_code: z.string().nullable(),
      requested_area_code: z.string().nullable(),
      cause: z.string().nullable(),
    })
    .nullable(),
  order: z
    .object({
      id: z.guid(),
      step: z.string(),
      status: z.string(),
      area_code: z.string().nullable(),
      last_error: OrderError,
      /** It should have gone on a minute ago or longer. */
      late: z.boolean(),
      /** It waits until a budget of purchases lets it buy. */
      at_purchase_limit: z.boolean(),
    })
    .nullable(),
})
export type Organization = z.infer<typeof Organization>

export const OrganizationView = z
  .object({
    id: z.guid(),
    name: z.string(),
    slug: z.string(),
    email: z.string(),
    status: z.enum(['active', 'suspended']),
    settings: OrganizationSettings,
    defaultPhoneNumber: z.string().nullable().describe('calls and texts go out from it'),
    phoneNumber: z.string().nullable(),
    phoneNumberStatus: LineStatus,
    readyToUse: z.boolean().describe('calls are answered by the wanted agent'),
    phoneNumberPurchased: z
      .string()
      .nullable()
      .describe('the number, when it was bought for this sign-up'),
    requiresElevenLabsImport: z.boolean().describe('a person has to import the number'),
    phoneNumberError: z.string().nullable().describe('why the number is not there yet'),
    requestedAreaCode: z.string().nullable(),
    areaCode: z.string().nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Organization' })

/** What the API shows. */
export function presentOrganization(organization: Organization): z.input<typeof OrganizationView> {
  const { id, name, slug, email, status, phone, order } = organization
  const isOpen = order?.status === 'running' || order?.status === 'needs_attention'
  const withoutNumber = isOpen ? 'pending' : 'none'
  return {
    id,
    name,
    slug,
    email,
    status,
    settings: OrganizationSettings.safeParse(organization.settings).data ?? {},
    defaultPhoneNumber: organization.default_phone_number,
    phoneNumber: phone?.phone_number ?? null,
    phoneNumberStatus: phone ? lineStatusOf(phone.status) : withoutNumber,
    readyToUse:
      status === 'active' && phone !== null && isInService(phone.status) && phone.verified,
    phoneNumberPurchased: phone?.cause === 'signup' ? phone.phone_number : null,
    requiresElevenLabsImport: order?.status === 'needs_attention' && order.step === 'import',
    phoneNumberError: isOpen ? errorForTenants(order) : null,
    requestedAreaCode: phone?.requested_area_code ?? order?.area_code ?? null,
    areaCode: phone?.area_code ?? null,
    createdAt: organization.created_at,
  }
}

/** Latin letters that are no plain ones with a mark, as they are spelled without. */
const spelled: Partial<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' },
}

/**
 * A slug from a name: lower-case letters, digits and single hyphens, at most 63 characters; empty
 * when the name has nothing to make one of.
 */
export function slugify(name: string): string {
  return name
    .replace(/[ßæøœđðþłı]/gi, (letter) => spelled[letter.toLowerCase()] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
}
