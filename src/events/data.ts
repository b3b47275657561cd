import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { ReasonInWords } from '../telephony/failure-reason.ts'
import type { EventType, ReportedType } from './event.ts'

const Direction = z.enum(['inbound', 'outbound'])
const text = z.string().nullable()

/** A text as it was at that moment; its media are read by its id. */
const MessageData = z
  .object({
    id: z.guid(),
    direction: Direction,
    status: z.string(),
    from: z.string(),
    to: z.string(),
    contact_id: z.guid().nullable(),
    lead_id: text,
    body: z.string(),
    media_count: z.int(),
    keyword: text.describe('stop, start or help, where it is nothing else'),
    failure_reason: ReasonInWords,
    sent_at: Timestamp.describe(
      'the last time, of one that was asked for again; of one that was caught up, by the carrier',
    ),
  })
  .meta({ id: 'MessageData' })

/** What a customer has texted last, and no agent answers; `id` is that text's. */
const UnansweredData = z
  .object({
    id: z.guid(),
    from: z.string(),
    to: z.string(),
    contact_id: z.guid().nullable(),
    body: z.string(),
    failure_reason: ReasonInWords,
    sent_at: Timestamp,
  })
  .meta({ id: 'UnansweredData' })

/** A call as it was at that moment; its transcript, and what was left on tape, are read by its id. */
const CallData = z
  .object({
    id: z.guid(),
    direction: Direction,
    status: z.string(),
    from: z.string(),
    to: z.string(),
    contact_id: z.guid().nullable(),
    lead_id: text,
    agent_id: text,
    conversation_id: text,
    call_sid: text,
    began_at: Timestamp,
    duration_seconds: z.int().nullable(),
    outcome: text,
    answered_by: text,
    failure_reason: ReasonInWords,
    transferred_to: text
      .optional()
      .describe('the person’s number to which its agent handed it over'),
    transfer: text.optional().describe('begun, answered, unanswered, failed or passed_on'),
    summary: text,
  })
  .meta({ id: 'CallData' })

const ContactData = z
  .object({
    id: z.guid(),
    phone_number: z.string(),
    name: text,
    lead_id: text,
    lead_status_set: text.describe(
      'null: it follows from texts and calls, which report their own events',
    ),
    attributes: z.record(z.string(), z.unknown()),
    merged_into: z.guid().nullable().describe('the contact that has all of it from now on'),
  })
  .meta({ id: 'ContactData' })

/** Its id alone: nothing else of it is known any more. */
const ErasedContactData = z.object({ id: z.guid() }).meta({ id: 'ErasedContactData' })

const OptOutData = z
  .object({
    phone_number: z.string(),
    contact_id: z.guid().nullable(),
    opted_out: z.boolean().describe('from now on'),
    our_number: text,
  })
  .meta({ id: 'OptOutData' })

const NumberData = z
  .object({
    id: z.guid(),
    phone_number: z.string(),
    country: z.string(),
    area_code: text,
    release_at: Timestamp.nullable().describe('until when it can be restored'),
  })
  .meta({ id: 'NumberData' })

const OrganizationData = z
  .object({ id: z.guid(), name: z.string(), slug: z.string(), status: z.string() })
  .meta({ id: 'OrganizationData' })

const TestData = z.object({ endpoint_id: z.guid() }).meta({ id: 'TestData' })

/** What people have written, by its name, as attributes are: the rest is never cut. */
export const FREE_TEXTS: ReadonlySet<string> = new Set([
  'body',
  'summary',
  'name',
  'failure_reason',
])

/** What each type tells. */
export const eventData = {
  'message.received': MessageData,
  'message.sent': MessageData,
  'message.delivered': MessageData,
  'message.failed': MessageData,
  'text_reply.failed': UnansweredData,
  'call.started': CallData,
  'call.ended': CallData,
  'call.failed': CallData,
  'call.transferred': CallData,
  'voicemail.received': CallData,
  'contact.created': ContactData,
  'contact.updated': ContactData,
  'contact.erased': ErasedContactData,
  'opt_out.changed': OptOutData,
  'number.ready': NumberData,
  'number.quarantined': NumberData,
  'number.released': NumberData,
  'organization.created': OrganizationData,
  'organization.suspended': OrganizationData,
  'organization.resumed': OrganizationData,
  'endpoint.test': TestData,
} satisfies Record<EventType | ReportedType, z.ZodObject>
