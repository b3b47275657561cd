import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'

/** What an organization's endpoints may be told of. */
const ofOrganization = [
  'message.received',
  'message.sent',
  'message.delivered',
  'message.failed',
  'text_reply.failed',
  'call.started',
  'call.ended',
  'call.failed',
  'call.transferred',
  'voicemail.received',
  'contact.created',
  'contact.updated',
  'contact.erased',
  'opt_out.changed',
  'number.ready',
  'number.quarantined',
  'number.released',
] as const

/** What operators' endpoints are told of besides. */
const ofOperators = [
  'organization.created',
  'organization.suspended',
  'organization.resumed',
] as const

export const OrganizationEventType = z
  .enum(ofOrganization)
  .meta({ id: 'OrganizationEventType', description: 'What has happened' })
export const EventType = z
  .enum([...ofOrganization, ...ofOperators])
  .meta({ id: 'EventType', description: 'What has happened' })
export type EventType = z.infer<typeof EventType>

/** What somebody asked for, to see that an endpoint takes it; nobody listens to it. */
const TEST = 'endpoint.test'
/** Any that is told. */
export const ReportedType = z.enum([...EventType.options, TEST]).meta({ id: 'ReportedType' })
export type ReportedType = z.infer<typeof ReportedType>

/** As SQL has it: the facts. */
export const StoredEvent = z.object({
  id: z.guid(),
  type: ReportedType,
  organization_id: z.guid().nullable(),
  is_late: z.boolean(),
  facts: z.record(z.string(), z.unknown()),
  created_at: Timestamp,
})
export type StoredEvent = z.infer<typeof StoredEvent>
