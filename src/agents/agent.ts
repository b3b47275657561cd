import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { PhoneNumberStatus } from '../phone-numbers/phone-number.ts'
import { OrderError } from '../telephony/order-error.ts'

const AgentNumber = z.object({
  phone_number: z.string(),
  twilio_phone_sid: z.string().nullable(),
  capabilities: z.record(z.string(), z.boolean()),
  status: PhoneNumberStatus,
  /** Bound to its agent, and read back so. */
  verified: z.boolean().nullable(),
  assigned_at: Timestamp,
})
export type AgentNumber = z.infer<typeof AgentNumber>

/** An agent of an organization, with the numbers it has, the first one first. */
export const Agent = z.object({
  id: z.guid(),
  organization_id: z.guid(),
  /** The agent's id at ElevenLabs; null while it is being made. */
  agent_id: z.string().nullable(),
  /** What marks it at ElevenLabs. */
  tag: z.string(),
  name: z.string(),
  language: z.string().nullable(),
  first_message: z.string().nullable(),
  prompt: z.string().nullable(),
  voice_id: z.string().nullable(),
  status: z.enum(['pending', 'active', 'deleted', 'failed']),
  created_at: Timestamp,
  updated_at: Timestamp,
  /** A change that ElevenLabs has not confirmed. */
  change_pending: z.boolean(),
  /** Whom it can hand callers over to, as ElevenLabs has it; null: nobody. */
  transfer_to: z.string().nullable(),
  /** How many it may have because its account was new, and until when; null: as many as any other. */
  daily_conversations: z.int().nullable(),
  daily_conversations_until: Timestamp.nullable(),
  /** Texts that it has room to answer in a day, as ElevenLabs has it. */
  daily_replies: z.int(),
  /** What still runs for a number of the agent's. */
  order: z.object({ id: z.guid(), status: z.string(), last_error: OrderError }).nullable(),
  phone_numbers: z.array(AgentNumber),
})
export type Agent = z.infer<typeof Agent>

/** A number of an organization's, with the agent that is to answer it. */
export const HeldNumber = AgentNumber.extend({
  id: z.guid(),
  organization_id: z.guid(),
  agent_id: z.string().nullable(),
})
export type HeldNumber = z.infer<typeof HeldNumber>

/** What an agent says and how; absent: as it is, or as the template or new agents have it. */
export interface AgentChanges {
  name?: string | undefined
  language?: string | undefined
  firstMessage?: string | undefined
  prompt?: string | undefined
  voiceId?: string | undefined
}

export interface AgentFields extends AgentChanges {
  name: string
}
