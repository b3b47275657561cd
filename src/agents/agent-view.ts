import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { errorForTenants } from '../phone-numbers/orders/order-error.ts'
import { LineStatus, lineStatusOf } from '../phone-numbers/phone-number.ts'
import { toNational } from '../telephony/phone.ts'
import type { Agent, AgentNumber, HeldNumber } from './agent.ts'

const NumberView = z.object({
  phone_number: z.string(),
  status: LineStatus.describe('active: calls are answered by this agent, which was verified'),
  provisioned_at: Timestamp,
})

export const AgentView = z
  .object({
    agent_id: z.string(),
    agent_name: z.string(),
    organization_id: z.guid(),
    language: z.string().nullable().describe('null: as the template has it'),
    first_message: z.string().nullable().describe('null: as new agents have it, or the template'),
    prompt: z.string().nullable(),
    voice_id: z.string().nullable(),
    phone_number: z.string().nullable().describe('the first one'),
    phone_number_status: LineStatus,
    phone_number_error: z.string().nullable().describe('why the number is not there yet'),
    phone_numbers: z.array(NumberView),
    change_pending: z
      .boolean()
      .describe(
        'a change that the voice platform has not confirmed yet; it is made by itself, unless that is refused',
      ),
    transfer_to: z
      .string()
      .nullable()
      .describe(
        'whom it can hand callers over to, as the voice platform has confirmed it (settings.transfer_to); null: nobody',
      ),
    daily_conversations: z
      .int()
      .nullable()
      .describe(
        'conversations in 24 hours, callers’ and yours together, because its account was new when it was made; further callers are turned away. null: as many as any other agent',
      ),
    daily_conversations_until: Timestamp.nullable().describe(
      'from when on it is to have as many as any other',
    ),
    daily_replies: z
      .int()
      .describe(
        'texts for which the voice platform leaves it room in a day beside its calls, as confirmed (settings.text_replies); 0: it answers none',
      ),
    created_at: Timestamp,
  })
  .meta({ id: 'Agent' })

/** What the API shows of an agent in use. */
export function presentAgent(
  agent: Agent & { number_refused?: string | null },
): z.input<typeof AgentView> {
  const [first] = agent.phone_numbers
  return {
    agent_id: agent.agent_id ?? '',
    agent_name: agent.name,
    organization_id: agent.organization_id,
    language: agent.language,
    first_message: agent.first_message,
    prompt: agent.prompt,
    voice_id: agent.voice_id,
    phone_number: first?.phone_number ?? null,
    phone_number_status: first ? statusOf(first) : agent.order ? 'pending' : 'none',
    phone_number_error:
      (agent.order && errorForTenants(agent.order)) ?? agent.number_refused ?? null,
    phone_numbers: agent.phone_numbers.map((number) => ({
      phone_number: number.phone_number,
      status: statusOf(number),
      provisioned_at: number.assigned_at,
    })),
    change_pending: agent.change_pending,
    transfer_to: agent.transfer_to,
    daily_conversations: agent.daily_conversations,
    daily_conversations_until: agent.daily_conversations_until,
    daily_replies: agent.daily_replies,
    created_at: agent.created_at,
  }
}

export const HeldNumberView = NumberView.extend({
  agent_id: z.string().nullable().describe('null: the default agent'),
  organization_id: z.guid(),
  phone_number_sid: z.string().nullable(),
})

export function presentHeldNumber(number: HeldNumber): z.input<typeof HeldNumberView> {
  return {
    phone_number: number.phone_number,
    agent_id: number.agent_id,
    organization_id: number.organization_id,
    phone_number_sid: number.twilio_phone_sid,
    status: statusOf(number),
    provisioned_at: number.assigned_at,
  }
}

export const ProvisionedNumber = z.object({
  message: z.string(),
  phone_number: z.string().nullable(),
  phone_number_sid: z.string().nullable(),
  friendly_name: z.string().nullable(),
  capabilities: z.object({ voice: z.boolean(), sms: z.boolean(), mms: z.boolean() }),
  status: LineStatus,
})

/** The agent's first number, however far it is. */
export function presentProvisioned(agent: Agent): z.input<typeof ProvisionedNumber> {
  const [number] = agent.phone_numbers
  const status = number ? statusOf(number) : 'pending'
  const { voice = false, sms = false, mms = false } = number?.capabilities ?? {}
  return {
    message:
      status === 'active'
        ? `Phone number ${number?.phone_number} provisioned successfully`
        : whyPending(agent),
    phone_number: number?.phone_number ?? null,
    phone_number_sid: number?.twilio_phone_sid ?? null,
    friendly_name: number ? toNational(number.phone_number) : null,
    capabilities: { voice, sms, mms },
    status,
  }
}

/** Also for who asks again: an order that has bought nothing gives way to other criteria. */
function whyPending({ order, phone_numbers: [number] }: Agent): string {
  if (order?.status === 'needs_attention' && !number) {
    return `There is no phone number yet: ${errorForTenants(order)}. Ask again with another area_code or country`
  }
  return 'The phone number is being set up; GET /api/agents/phone-numbers shows when it is active'
}

/** Live only once its agent is bound and verified. */
function statusOf({ status, verified }: Pick<AgentNumber, 'status' | 'verified'>) {
  const line = lineStatusOf(status)
  return line === 'active' && !verified ? 'pending' : line
}
