import { z } from 'zod'
import { CarrierError } from '../ports/carrier-error.ts'
import { walkPages } from '../ports/pages.ts'
import type { ElevenLabsClient } from './client.ts'

/** How ElevenLabs says that a list goes on, beside its rows. */
const next = {
  has_more: z.boolean().default(false),
  next_cursor: z.string().nullish(),
}

/**
 * A list of ElevenLabs', page by page: what `rows` says of its body.
 * @throws CarrierError; also where more is promised and no way to it given
 */
export function cursorPages<Rows extends z.ZodRawShape>(
  request: ElevenLabsClient,
  list: {
    operation: string
    path: string
    query: Record<string, string>
    rows: Rows
    expected?: number
  },
) {
  const { operation, path, query, expected = 0 } = list
  const reply = z.object({ ...list.rows, ...next })
  return walkPages({ carrier: 'elevenlabs', operation, expected }, async (cursor) => {
    const page = await request({
      operation,
      method: 'GET',
      path: `${path}?${new URLSearchParams({ ...(cursor && { cursor }), ...query })}`,
      reply,
    })
    const { has_more, next_cursor } = page as { has_more: boolean; next_cursor?: string | null }
    if (has_more && !next_cursor) {
      const reason = 'the list goes on, and does not say where'
      throw new CarrierError('elevenlabs', operation, 'bad_reply', reason)
    }
    return { content: page, next: has_more ? (next_cursor ?? undefined) : undefined }
  })
}
