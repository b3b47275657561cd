import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { truncate } from '../platform/truncate.ts'
import { eventData, FREE_TEXTS } from './data.ts'
import type { ReportedType, StoredEvent } from './event.ts'

/** Standard Webhooks: "we recommend payloads under 20kb". */
export const MAX_PAYLOAD_BYTES = 20_000
/** How long a text may be (in UTF-16 units), and how many attributes there may be: the first that fit are taken. */
const LIMITS = [
  ...[2_000, 1_000, 500, 250, 125, 60].map((longest) => ({ longest, attributes: Infinity })),
  { longest: 60, attributes: 20 },
  { longest: 60, attributes: 0 },
]

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
 * MAX_PAYLOAD_BYTES; where it would be more, what people have written is cut, and then attributes are
 * left out. Ids, numbers, statuses and times are always whole.
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
  let rendered = ''
  for (const limits of LIMITS) {
    rendered = JSON.stringify({ ...payload, data: cut(payload.data, limits) })
    if (Buffer.byteLength(rendered) <= MAX_PAYLOAD_BYTES) break
  }
  return rendered
}

function cut(data: object, { longest, attributes }: (typeof LIMITS)[number]): object {
  const shorten = (value: unknown) => (typeof value === 'string' ? truncate(value, longest) : value)
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      if (name !== 'attributes') return [name, FREE_TEXTS.has(name) ? shorten(value) : value]
      const kept = Object.entries(value).slice(0, attributes)
      return [name, Object.fromEntries(kept.map(([field, each]) => [field, shorten(each)]))]
    }),
  )
}
