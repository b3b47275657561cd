import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'

/** A closed list; messages/ has the words of each. */
export const NotificationType = z.enum([
  'elevenlabs_import_required',
  'batch_import_required',
  'phone_setup_failed',
  'order_needs_attention',
  'account_problem',
  'pool_low',
  'purchase_limit_reached',
  'sms_routing_failed',
  'call_routing_failed',
  'reconcile_findings',
  'inactive_number',
  'post_call_missed',
  'erasure_failed',
  'imports_outdated',
  'public_url_unproven',
  'webhooks_refused',
  'loop_failing',
  'budget_half_spent',
  'sign_up_waiting',
  'organization_name_alike',
  'tokens_refused',
  'webhook_endpoint_paused',
  'recording_deletion_failed',
  'text_reply_failed',
  'mail_not_sent',
])

export const NotificationStatus = z.enum(['pending', 'resolved'])

export const Notification = z
  .object({
    id: z.guid(),
    type: NotificationType,
    organization_id: z.guid().nullable(),
    organization_name: z.string().nullable(),
    phone_number: z.string().nullable(),
    phone_numbers: z.array(z.string()).nullable(),
    message: z.string(),
    status: NotificationStatus,
    occurrences: z.int().describe('how often it happened while pending'),
    created_at: Timestamp,
    updated_at: Timestamp,
    resolved_at: Timestamp.nullable(),
    resolved_by: z.string().nullable(),
  })
  .meta({ id: 'Notification' })

/** As SQL has it: the facts; of those from before facts were stored, the message alone. */
export const StoredNotification = Notification.extend({
  facts: z.record(z.string(), z.unknown()).nullable(),
})
