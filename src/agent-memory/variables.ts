import { z } from 'zod'
import { cutText } from '../platform/truncate.ts'
import { LeadStatus } from './lead-status.ts'

/** What one organization knows of one customer. */
export const History = z.object({
  name: z.string().nullable(),
  lead_status: LeadStatus,
  summary: z.string().nullable(),
  exchanges: z.array(z.object({ direction: z.enum(['inbound', 'outbound']), body: z.string() })),
})
export type History = z.infer<typeof History>

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
    confirm_caller_name: z.enum(['yes', 'no']),
  })
  .meta({ id: 'DynamicVariables' })
export type Variables = z.infer<typeof Variables>

export const variableNames = Variables.keyof().options

const CONTEXT_LIMIT = 4_000
const FIELD_LIMIT = 1_000

interface Situation {
  organization: { id: string; name: string; confirm_caller_name: boolean } | null
  history: History | null
  customerPhone: string
  calledNumber: string
  defaultOrganizationName: string
}

/** The one builder for all channels. Without an organization it says nothing of anybody. */
export function buildVariables({
  organization,
  history,
  customerPhone,
  calledNumber,
  defaultOrganizationName,
}: Situation): Variables {
  const known = organization ? history : null
  return {
    organization_name: cut(organization?.name ?? defaultOrganizationName),
    organization_id: organization?.id ?? '',
    customer_name: cut(known?.name ?? 'Unknown'),
    customer_phone: cut(customerPhone),
    lead_status: known?.lead_status ?? 'New Inquiry',
    previous_summary: cut(known?.summary ?? 'First conversation'),
    conversation_context: organization && known ? contextOf(known, cut(organization.name)) : '',
    called_number: cut(calledNumber),
    // Several people may share the line of this customer: the agent asks before it uses the name.
    confirm_caller_name: organization?.confirm_caller_name ? 'yes' : 'no',
  }
}

/** One line per text, oldest first; when there is too much, the oldest lines go. */
function contextOf(history: History, organizationName: string): string {
  const lines = history.exchanges.map(
    ({ direction, body }) =>
      `${direction === 'inbound' ? 'Customer' : organizationName}: ${cut(inOneLine(body))}`,
  )
  while (lines.length > 1 && lines.join('\n').length > CONTEXT_LIMIT) lines.shift()
  return lines.join('\n')
}

/** A line is one speaker's: a line break in what a customer wrote must not begin another's. */
function inOneLine(text: string): string {
  return text.replace(/[\t ]*[\n\v\f\r\u0085\u2028\u2029]\s*/g, ' ')
}

function cut(text: string): string {
  return cutText(text, FIELD_LIMIT)
}
