import { randomUUID } from 'node:crypto'
import type { Reply } from './vendor-error.ts'

/** How the next page of a list is named, in the shapes that the carriers' lists have. */
interface ListBody {
  uri?: string
  next_page_uri?: string | null
  has_more?: boolean
  next_cursor?: string | null
  meta?: { url: string; next_page_url: string | null }
}

/** A cursor of a fault begins so: it leads to the first page, whichever list it is of. */
export const LIST_AGAIN = 'again'

/** As if there were nothing: neither a row nor a further page. */
export function emptied(reply: Reply): Reply {
  if (Array.isArray(reply.body)) return { ...reply, body: [] }
  const rest = Object.entries(reply.body as object).map(([key, value]) => {
    return [key, Array.isArray(value) ? [] : value]
  })
  return leadingTo({ ...reply, body: Object.fromEntries(rest) }, null, () => null)
}

/** The next page is this one, again and again; `cursor`: what this one was asked for by. */
export function repeated(reply: Reply, cursor: string | undefined): Reply {
  return leadingTo(reply, cursor ?? LIST_AGAIN, (url) => url)
}

/** There is always a next page, by a name that none had before, and with the rows of the first. */
export function endless(reply: Reply): Reply {
  const name = randomUUID()
  return leadingTo(reply, `${LIST_AGAIN}_${name}`, (url) => {
    const [path, text] = url.split('?')
    const query = new URLSearchParams(text)
    query.set('Page', '0')
    query.set('PageToken', name)
    return `${path}?${query}`
  })
}

/** An answer that has to be read through `bytes` of blanks first, which JSON allows. */
export function huge(reply: Reply, bytes: number): Reply {
  if (reply.body === undefined) return reply
  const { status, type = 'application/json' } = reply
  const text = reply.type === undefined ? JSON.stringify(reply.body) : String(reply.body)
  return { status, type, body: ' '.repeat(bytes) + text }
}

function leadingTo(
  reply: Reply,
  cursor: string | null,
  urlOf: (own: string) => string | null,
): Reply {
  const body = reply.body as ListBody
  return {
    ...reply,
    body: {
      ...body,
      ...(body.uri !== undefined && { next_page_uri: urlOf(body.uri) }),
      ...(body.meta && { meta: { ...body.meta, next_page_url: urlOf(body.meta.url) } }),
      ...(body.has_more !== undefined && { has_more: cursor !== null, next_cursor: cursor }),
    },
  }
}
