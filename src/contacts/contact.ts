import { z } from 'zod'
import { LeadStatus } from '../agent-memory/lead-status.ts'
import { Timestamp } from '../database/timestamp.ts'

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
}
