import type { Call } from '../core/operation.ts'
import { LIST_AGAIN } from '../core/wrong-answers.ts'
import { elevenLabsError } from './errors.ts'

/** How a list is asked for its pages. */
export const pageParams = ['cursor', 'page_size'] as const

const defaultPageSize = 30
const maxPageSize = 100

/**
 * One page of rows and how to get the next one; the cursor is the id of the last row shown.
 * A page size outside 1 to 100 is a 422, and so is a cursor that is no such id. After a row that is
 * gone comes the first page: what ElevenLabs does then is not documented.
 */
export function cursorPage<T>(options: { rows: T[]; idOf: (row: T) => string; call: Call }): {
  rows: T[]
  next: { next_cursor: string | null; has_more: boolean }
} {
  const { rows, idOf, call } = options
  const wanted = Number(call.query.page_size ?? defaultPageSize)
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > maxPageSize) {
    throw elevenLabsError(422, 'invalid_page_size', `page_size must be 1 to ${maxPageSize}`)
  }
  const pageSize = Math.min(wanted, call.mostRows ?? maxPageSize)
  const { cursor: after } = call.query
  if (after !== undefined && !isCursor(after))
    throw elevenLabsError(422, 'invalid_cursor', `${after} is no cursor`)
  const start = rows.findIndex((row) => idOf(row) === after) + 1
  const shown = rows.slice(start, start + pageSize)
  const last = shown.at(-1)
  const more = start + pageSize < rows.length
  const cursor = more && last !== undefined ? idOf(last) : null
  return { rows: shown, next: { next_cursor: cursor, has_more: more } }
}

function isCursor(text: string): boolean {
  return /^(agent|conv|phnum|tool)_\w+$/.test(text) || text.startsWith(LIST_AGAIN)
}
