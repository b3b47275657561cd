import type { z } from 'zod'
import { CarrierError } from '../ports/carrier-error.ts'
import { type OnUnreadable, type Unreadable, whyUnreadable } from '../ports/unreadable.ts'

/**
 * The rows of one page. `known` reads whatever can be read of a row that is not as documented.
 * @throws CarrierError bad_reply, where nobody is to be told of such a row
 */
export function readRows<Row>(
  operation: string,
  schemas: { row: z.ZodType<Row>; known: z.ZodType<Omit<Unreadable, 'reason'>> },
  rows: unknown[],
  onUnreadable?: OnUnreadable,
): Row[] {
  return rows.flatMap((row) => {
    const { data, error } = schemas.row.safeParse(row)
    if (!error) return [data]
    const reason = whyUnreadable(error)
    if (!onUnreadable) throw new CarrierError('elevenlabs', operation, 'bad_reply', reason)
    onUnreadable({ ...schemas.known.parse(row), reason })
    return []
  })
}
