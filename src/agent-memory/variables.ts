import { z } from 'zod'
import type { BusinessHours } from '../business-hours/business-hours.ts'
import { openingInWords } from '../business-hours/in-words.ts'
import { truncate } from '../platform/truncate.ts'
import { inOneLine } from '../platform/visible-text.ts'
import type { Greetings } from './greetings.ts'
import { LeadStatus } from './lead-status.ts'
import { openingOf } from './opening.ts'

/** What one organization knows of one customer. */
export const History = z.object({
  name: z.string().nullable(),
  lead_status: LeadStatus,
  /** What another system calls the customer. */
  lead_id: z.string().nullish(),
  /** What the organization knows of the customer in fields of its own. */
  attributes: z.record(z.string(), z.string()).optional(),
  summary: z.string().nullable(),
  exchanges: z.array(z.object({ direction: z.enum(['inbound', 'outbound']), body: z.string() })),
})
export type History = z.infer<typeof History>

/** What an agent may do with what is known of whoever has a number: a caller id proves nobody. */
export const CallerMemory = z
  .enum(['full', 'careful', 'none'])
  .describe(
    'full: the agent may speak of earlier texts and calls; careful, the default: only confirm what a caller says of them; none: it is told nothing of them, nor a name',
  )
export type CallerMemory = z.infer<typeof CallerMemory>

/**
 * Every variable an agent may use. ElevenLabs ends a call when one is missing, so all are always
 * present. Source: ElevenLabs, "Twilio personalization".
 */
export const Variables = z
  .object({
    organization_name: z.string(),
    organization_id: z.string(),
    customer_name: z.string(),
    customer_phone: z.string(),
    lead_status: LeadStatus,
    previous_summary: z.string(),
    conversation_context: z.string(),
    called_number: z.string(),
    is_open: z
      .enum(['yes', 'no', 'unknown'])
      .describe('by the business hours of the number, or else of the organization'),
    local_time: z
      .string()
      .describe('where the organization is; empty where its hours are not known'),
    next_opening: z
      .string()
      .describe('when it opens next after now; empty where it never closes, or nothing is known'),
    confirm_caller_name: z.enum(['yes', 'no']),
    caller_memory: CallerMemory,
    opening: z.string().describe('what the agent says first: recording_notice and greeting'),
    recording_notice: z
      .string()
      .describe('what is said before everything else, and a blank; empty where there is nothing'),
    greeting: z.string().describe('what the agent says after it'),
    call_id: z.string().describe('our id of the call; empty where it is not recorded'),
    call_direction: z.enum(['inbound', 'outbound']),
    call_reason: z.string().describe('as the request for an outbound call said it; else empty'),
    call_variables: z.string().describe('the same, of its variables: one line'),
    lead_id: z.string(),
    customer_attributes: z.string().describe('one line; empty where there are none'),
  })
  .meta({ id: 'DynamicVariables' })
export type Variables = z.infer<typeof Variables>

export const variableNames = Variables.keyof().options

const CONTEXT_LIMIT = 4_000
const FIELD_LIMIT = 1_000
const NAME_LIMIT = 100
const VALUE_LIMIT = 200
/** Room for all that a request or a contact may have: 20 values, whose names have at most 50 characters. */
const LINE_LIMIT = 20 * (50 + ': '.length + VALUE_LIMIT + '; '.length)

interface Situation {
  organization: {
    id: string
    name: string
    confirm_caller_name: boolean
    caller_memory?: CallerMemory | undefined
    greetings?: Greetings | undefined
    recording_notice?: string | null | undefined
    business_hours?: BusinessHours | undefined
    /** Of the agent of its own that speaks; null: the deployment's does. */
    agent_name?: string | null | undefined
  } | null
  history: History | null
  /** Null, or left out: it is not recorded, or no call. */
  callId?: string | null
  /** Whom this very call is for, as its request says: no memory. */
  customerName?: string | null
  /** What the request for an outbound call said of it; left out: the customer calls. */
  outbound?: {
    reason?: string | undefined
    variables?: Record<string, string> | undefined
    leadId?: string | null
  }
  customerPhone: string
  calledNumber: string
  defaultOrganizationName: string
  /** Left out: now. */
  at?: Date
}

/**
 * The one builder for all channels. Without an organization it says nothing of anybody. What others
 * have written is quoted: on one line, without what could end the quotation or stand for a variable.
 */
export function buildVariables({
  organization,
  history,
  callId,
  customerName,
  outbound,
  customerPhone,
  calledNumber,
  defaultOrganizationName,
  at = new Date(),
}: Situation): Variables {
  const memory = organization?.caller_memory ?? 'careful'
  const known = organization && memory !== 'none' ? history : null
  const direction = outbound ? 'outbound' : 'inbound'
  const organizationName = quotable(organization?.name ?? defaultOrganizationName, NAME_LIMIT)
  const name = quotable((organization && (customerName ?? known?.name)) ?? '', NAME_LIMIT)
  const given = quotedValues(outbound?.variables)
  const reason = quotable(outbound?.reason ?? '', VALUE_LIMIT)
  const notice = quotable(organization?.recording_notice ?? '')
  const greeting = openingOf({
    direction,
    greetings: organization?.greetings,
    agentName: organization?.agent_name ? quotable(organization.agent_name, NAME_LIMIT) : undefined,
    organizationName,
    customerName: organization?.confirm_caller_name ? '' : name,
    given: { ...Object.fromEntries(given), ...(reason && { reason }) },
  })
  return {
    organization_name: organizationName,
    organization_id: organization?.id ?? '',
    customer_name: name || 'Unknown',
    customer_phone: quotable(customerPhone),
    lead_status: known?.lead_status ?? 'New Inquiry',
    previous_summary: quotable(known?.summary ?? 'First conversation'),
    conversation_context:
      organization && known ? contextOf(known, quotable(organization.name, NAME_LIMIT)) : '',
    called_number: quotable(calledNumber),
    ...openingInWords(organization?.business_hours, at),
    // Several people may share the line of this customer: the agent asks before it uses the name.
    confirm_caller_name: organization?.confirm_caller_name ? 'yes' : 'no',
    caller_memory: memory,
    opening: truncate([notice, greeting].filter(Boolean).join(' '), FIELD_LIMIT),
    recording_notice: notice && `${notice} `,
    greeting: truncate(greeting, FIELD_LIMIT),
    call_id: callId ?? '',
    call_direction: direction,
    call_reason: reason,
    call_variables: inLine(given),
    lead_id: quotable(outbound?.leadId ?? known?.lead_id ?? '', VALUE_LIMIT),
    customer_attributes: inLine(quotedValues(known?.attributes)),
  }
}

function quotedValues(values: Record<string, string> = {}): [name: string, value: string][] {
  return Object.entries(values).map(([name, value]) => [name, quotable(value, VALUE_LIMIT)])
}

function inLine(values: [string, string][]): string {
  return truncate(values.map((each) => each.join(': ')).join('; '), LINE_LIMIT)
}

/** One line per text, oldest first; when there is too much, the oldest lines go. */
function contextOf(history: History, organizationName: string): string {
  const lines = history.exchanges.map(
    ({ direction, body }) =>
      `${direction === 'inbound' ? 'Customer' : organizationName}: ${quotable(body)}`,
  )
  while (lines.length > 1 && lines.join('\n').length > CONTEXT_LIMIT) lines.shift()
  return lines.join('\n')
}

/**
 * What others have written, ready to be quoted: a line break must not begin another speaker's line, a
 * quotation mark not end the quotation («…» in our prompts), and braces not stand for a variable.
 */
function quotable(text: string, limit = FIELD_LIMIT): string {
  const inside = text
    .replace(/[«»]/g, '"')
    .replace(/\{(?=\{)/g, '{ ')
    .replace(/\}(?=\})/g, '} ')
  return truncate(inOneLine(inside), limit)
}
