import type { DeliveryStatus } from '../ports/messaging.ts'

/**
 * Twilio's statuses of outbound texts as ours; undefined for one that tells nothing of a delivery.
 * Source: Twilio, "Message resource", message_enum_status.
 */
const statuses: Record<string, DeliveryStatus> = {
  accepted: 'queued',
  scheduled: 'queued',
  queued: 'queued',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  partially_delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
}

export function toDeliveryStatus(status: string): DeliveryStatus | undefined {
  return Object.hasOwn(statuses, status) ? statuses[status] : undefined
}
