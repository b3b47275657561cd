import { z } from 'zod'
import { KnownBusinessHours } from '../../business-hours/business-hours.ts'
import type { Database } from '../../database/db.ts'
import { Timestamp } from '../../database/timestamp.ts'
import { CallRouting } from '../call-routing.ts'
import { PhoneNumberStatus } from '../phone-number.ts'
import { MarkedNumber } from '../quarantine-mark.ts'

const time = Timestamp.nullable()

/** What decides where a text and a call go. */
export const RouteFacts = z.object({
  at: Timestamp,
  numbers: z
    .array(
      z.object({
        id: z.guid(),
        status: PhoneNumberStatus,
        created_at: Timestamp,
        updated_at: Timestamp,
        quarantined_at: time,
        release_at: time,
        releasing_at: time,
        released_at: time,
        verified_at: time.describe('when its settings outside were last seen as they are to be'),
        ghost_since: time.describe('since when the carrier does not have it'),
        sync_due_at: time.describe('its settings outside are not verified yet'),
        mark_doubt: z
          .string()
          .nullable()
          .describe(
            'the mark of a quarantine that Twilio shows (empty: none), where it is another than is known here: the number is left alone, and a notification says what to do',
          ),
      }),
    )
    .describe('every time we had this number, newest first'),
  number: MarkedNumber.nullable(),
  holding: z
    .object({
      id: z.guid(),
      organization_id: z.guid(),
      organization_name: z.string(),
      organization_status: z.enum(['active', 'suspended']).describe('now'),
      is_active: z.boolean().describe('now'),
      assigned_at: Timestamp,
      ended_at: time,
    })
    .nullable()
    .describe('who held the number at that time'),
  status_without_holder: z
    .enum(['not_ours', 'quarantined', 'idle'])
    .nullable()
    .describe('what it was at a past time when nobody held it'),
  texts_to: z.guid().nullable(),
  calls_to: z.guid().nullable(),
  calls_by: z
    .object({
      name: z.string(),
      // As whoever answers calls reads them.
      business_hours: KnownBusinessHours.optional().catch(undefined),
      routing: CallRouting.optional().catch(undefined),
      hours_of_number: z.boolean(),
      routing_of_number: z.boolean(),
      forward_to: z.string().nullable().describe('where no agent can answer'),
    })
    .nullable()
    .describe('by which hours and routing calls go now; null also for a past time'),
  reply: z
    .object({
      reason: z
        .enum(['replies_off', 'replies_paused', 'number_given_up', 'number_not_ready', 'opted_out'])
        .nullable(),
      countries: z.array(z.string()).nullable(),
      paused_until: time,
    })
    .nullable()
    .describe('whether an agent would answer a text of this customer now'),
  customer_is_ours: z.boolean(),
  customer: z
    .object({
      contact_id: z.guid(),
      messages: z.int(),
      calls: z.int(),
      recalled: z
        .object({
          name: z.boolean(),
          summary: z.boolean(),
          completed_call: z.boolean(),
          exchanges: z.int(),
        })
        .nullable()
        .describe('what a call now would give its agent; null for a past time'),
    })
    .nullable()
    .describe('what the holder has of this customer, in counts'),
})
export type RouteFacts = z.infer<typeof RouteFacts>

export type ExplainStore = ReturnType<typeof createExplainStore>

export function createExplainStore(db: Database) {
  return {
    /** @param at ISO time; null: now */
    facts: (to: string, customer: string | null, at: string | null) =>
      db.rpc('explain_route', { to, customer, at }, RouteFacts),
  }
}
