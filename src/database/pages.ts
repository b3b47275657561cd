import { z } from 'zod'

/** What a function answers that does, or reads, so many rows at a time. */
export interface Part {
  /** Where the next one begins; null: this is the last. */
  next_cursor: string | null
}

/** One after the other, each a transaction of its own; whoever stops asking leaves the rest undone. */
export async function* allPages<T extends Part>(
  read: (cursor: string | null) => Promise<T>,
): AsyncGenerator<T> {
  let cursor: string | null = null
  do {
    const page: T = await read(cursor)
    yield page
    cursor = page.next_cursor
  } while (cursor !== null)
}

/** An id, and behind it what a list goes by: as private.cursor_of_key (shared/paging.sql) writes it. */
const PLACE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(.*)$/s

/** What a list goes by, at the place of a cursor; undefined for what is none. */
function keyOf(cursor: string): string | undefined {
  const text = Buffer.from(cursor, 'base64url').toString()
  const isWhole = Buffer.from(text).toString('base64url') === cursor
  return isWhole ? PLACE.exec(text)?.[1] : undefined
}

function cursorInput(isKey: (key: string) => boolean, maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((cursor) => {
      const key = keyOf(cursor)
      return key !== undefined && isKey(key)
    }, 'must be the nextCursor of a page of this list: read the list from its beginning without it')
    .describe('nextCursor of the page before')
}

/** A place in a list that goes by time: in microseconds, no more than PostgreSQL holds. */
export const CursorInput = cursorInput((key) => /^-?\d{1,16}$/.test(key), 100).meta({
  examples: ['MGI4ZjZmMmUtM2MxZC00ZTVhLTliN2MtMmQ0ZTZmOGEwYjFjMTc3NzkxMTYwMDAwMDAwMA'],
})

/** A place in a list that goes by names, of 200 characters at most. */
export const NameCursorInput = cursorInput((key) => !key.includes('\0'), 1_200).meta({
  examples: ['MGI4ZjZmMmUtM2MxZC00ZTVhLTliN2MtMmQ0ZTZmOGEwYjFjUHJlbWl1bSBBdXRv'],
})
