import { z } from 'zod'
import { LeadStatus } from '../agent-memory/lead-status.ts'
import { Timestamp } from '../database/timestamp.ts'

/** Who answers a customer's texts, where agents answer texts at all (text_replies). */
export const Replies = z
  .enum(['on', 'paused'])
  .describe('on: agents answer texts of this customer, if text_replies says so; paused: none does')

/** A customer of one organization. Others may know the same number; it is another contact there. */
export const Contact = z
  .object({
    id: z.guid(),
    organization_id: z.guid(),
    phone_number: z.string(),
    name: z.string().nullable(),
    lead_id: z.string().nullable(),
    attributes: z
      .record(z.string(), z.string())
      .describe('fields of your own; your agents are told them'),
    lead_status: LeadStatus,
    lead_status_set: z
      .boolean()
      .describe('true: set manually; false: it follows texts and completed calls'),
    replies: Replies,
    replies_paused_until: Timestamp.nullable().describe(
      'when agents answer again by themselves, after a person has texted; null: not paused, or until somebody switches it on',
    ),
    merged: z
      .array(
        z.object({
          id: z.guid(),
          phone_number: z.string(),
          name: z.string().nullable(),
          lead_id: z.string().nullable(),
        }),
      )
      .describe('contacts that were merged into this one; their ids and numbers stand for it'),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'Contact' })
export type Contact = z.infer<typeof Contact>

/** What may be changed; null: none any more, and for the lead status, that it follows what happens. */
export interface ContactChanges {
  name?: string | null | undefined
  leadId?: string | null | undefined
  leadStatus?: LeadStatus | null | undefined
  attributes?: Record<string, string> | null | undefined
  replies?: z.infer<typeof Replies> | undefined
}
