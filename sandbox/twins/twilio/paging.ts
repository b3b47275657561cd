import type { Call } from '../core/operation.ts'
import type { Reply } from '../core/vendor-error.ts'
import { twilioError } from './errors.ts'

/** How a list is asked for its pages. */
export const pageParams = ['PageSize', 'Page', 'PageToken'] as const

const defaultPageSize = 50
const maxPageSize = 1000

/**
 * One page of a list, with the links by which the SDK walks it. `PageSize` above 1,000 counts as
 * 1,000; a page past the end is empty. The link to the next page carries a `PageToken`, the row
 * it goes on after, so that nothing is passed over when earlier rows go meanwhile; should that
 * very row be gone, or the rows have no `sidOf`, the number of the page decides.
 */
export function pageOf<T>(options: {
  key: string
  path: string
  rows: T[]
  sidOf?: (row: T) => string
  /** A row as the page shows it; the row itself when absent. */
  itemOf?: (row: T) => unknown
  call: Call
}): Reply {
  const { key, path, rows, sidOf, itemOf, call } = options
  const pageSize = Math.min(
    readCount(call, 'PageSize', defaultPageSize, 1),
    call.mostRows ?? maxPageSize,
  )
  const page = readCount(call, 'Page', 0, 0)
  const tokenOf = (row: T) => sidOf && `PA${sidOf(row)}`
  const token = call.query.PageToken
  const before = token === undefined ? -1 : rows.findIndex((row) => tokenOf(row) === token)
  const start = before === -1 ? page * pageSize : before + 1
  const shown = rows.slice(start, start + pageSize)
  const last = shown.at(-1)
  const uriOf = (number: number, after?: T) => {
    const query = new URLSearchParams(call.query)
    query.set('PageSize', String(pageSize))
    query.set('Page', String(number))
    query.delete('PageToken')
    const next = after && tokenOf(after)
    if (next !== undefined) query.set('PageToken', next)
    return `${path}?${query}`
  }
  return {
    status: 200,
    body: {
      [key]: itemOf === undefined ? shown : shown.map(itemOf),
      first_page_uri: uriOf(0),
      next_page_uri: start + pageSize < rows.length ? uriOf(page + 1, last) : null,
      previous_page_uri: page > 0 ? uriOf(page - 1) : null,
      page,
      page_size: pageSize,
      start,
      end: Math.max(start, start + shown.length - 1),
      uri: uriOf(page),
    },
  }
}

/** The rows as lists have them, though one may have come into being in the past. */
export function newestFirst<T extends { date_created: string }>(rows: T[]): T[] {
  const timeOf = (row: T) => Date.parse(row.date_created)
  return rows.toReversed().toSorted((one, other) => timeOf(other) - timeOf(one))
}

function readCount(call: Call, name: string, absent: number, least: number): number {
  const text = call.query[name]
  if (text === undefined || text === '') return absent
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw twilioError(400, 20001, `${name} must be an integer of at least ${least}`)
}
