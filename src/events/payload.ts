import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { truncate } from '../platform/truncate.ts'
import { eventData } from './data.ts'
import type { ReportedType, StoredEvent } from './event.ts'

/** Standard Webhooks: "we recommend payloads under 20kb". */
export const MAX_PAYLOAD_BYTES = 20_000
const LONGEST_TEXT = 2_000

/** What is posted for a type. Source: Standard Webhooks, "Payload structure". */
export function payloadSchema<T extends ReportedType>(type: T) {
  return z.object({
    id: z.guid().describe('the same as the header webhook-id, on every try'),
    type: z.literal(type),
    timestamp: Timestamp.describe('when it was recorded'),
    organization_id: z.guid().nullable(),
    late: z.boolean().describe('caught up: do not answer it as if it were new'),
    data: eventData[type],
  })
}

/**
 * What is posted, or streamed, of an event: the same whenever it is asked for. At most
 * MAX_PAYLOAD_BYTES; where it would be more, the longest texts are cut.
 * @throws ZodError facts that are none of the type
 */
export function renderPayload(event: StoredEvent): string {
  const payload = payloadSchema(event.type).parse({
    id: event.id,
    type: event.type,
    timestamp: event.created_at,
    organization_id: event.organization_id,
    late: event.is_late,
    data: event.facts,
  })
  for (let longest = LONGEST_TEXT; ; longest = Math.floor(longest / 2)) {
    const rendered = JSON.stringify(payload, (_key, value: unknown) =>
      typeof value === 'string' ? truncate(value, longest) : value,
    )
    if (Buffer.byteLength(rendered) <= MAX_PAYLOAD_BYTES) return rendered
  }
}
