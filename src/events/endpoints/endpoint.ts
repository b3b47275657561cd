import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import { EventType, ReportedType } from '../event.ts'

export const EndpointStatus = z
  .enum(['active', 'paused'])
  .describe('paused: it gets nothing, and loses nothing; active again, it gets what waits')

/** An endpoint as it may be shown: without its secret. */
export const WebhookEndpoint = z
  .object({
    id: z.guid(),
    organization_id: z
      .guid()
      .nullable()
      .describe('null: the operators’, which gets the events of all organizations'),
    url: z.string(),
    events: z.array(EventType).nullable().describe('the types it gets; null: all'),
    description: z.string().nullable(),
    status: EndpointStatus,
    paused_reason: z
      .enum(['requested', 'failing', 'gone'])
      .nullable()
      .describe('failing: it took nothing for five days; gone: it answered 410'),
    failing_since: Timestamp.nullable().describe('since when no delivery has succeeded'),
    rotation_ends_at: Timestamp.nullable().describe('until when the earlier secrets sign, too'),
    created_by: z.guid().nullable().describe('the user who made it; null for an operator'),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'WebhookEndpoint' })

export const DeliveryStatus = z.enum(['pending', 'delivered', 'failed'])

/** What became of telling one event to one endpoint. */
export const EventDelivery = z
  .object({
    id: z.guid(),
    event_id: z.guid().describe('the header webhook-id'),
    type: ReportedType,
    organization_id: z.guid().nullable(),
    late: z.boolean(),
    status: DeliveryStatus.describe('failed: it is not tried again'),
    attempts: z.int(),
    next_attempt_at: Timestamp.nullable(),
    status_code: z.int().nullable().describe('of the last answer'),
    answer: z.string().nullable().describe('its first 500 bytes'),
    error: z.string().nullable().describe('why the last try failed'),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'EventDelivery' })
