import type { Call } from '../core/operation.ts'
import type { Reply } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { pageOf } from '../twilio/paging.ts'

interface Page {
  first_page_uri: string
  next_page_uri: string | null
  previous_page_uri: string | null
  page: number
  page_size: number
  uri: string
}

/** One page of a list as the v1 APIs give it: the links absolute, and under `meta`. */
export function metaPageOf<T extends { sid: string }>(
  world: World,
  options: {
    key: string
    path: string
    rows: T[]
    itemOf?: (row: T) => unknown
    call: Call
  },
): Reply {
  const { key } = options
  const page = pageOf({ ...options, sidOf: (row) => row.sid }).body as Page &
    Record<string, unknown>
  const absolute = (uri: string) => `${world.origin}/twilio/messaging${uri}`
  const maybe = (uri: string | null) => (uri === null ? null : absolute(uri))
  const meta = {
    key,
    page: page.page,
    page_size: page.page_size,
    url: absolute(page.uri),
    first_page_url: absolute(page.first_page_uri),
    next_page_url: maybe(page.next_page_uri),
    previous_page_url: maybe(page.previous_page_uri),
  }
  return { status: 200, body: { [key]: page[key], meta } }
}
