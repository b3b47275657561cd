import { useRef } from 'preact/hooks'
import { get } from '../../core/api.js'
import { useResource } from '../../core/resource.js'
import { apiOf } from '../organization.js'

/**
 * The newest texts and calls of an organization, so far as they were read.
 * @typedef {{ rows: any[], cursor: string | null }} Read
 * @typedef {{ messages: Read, calls: Read }} Feed
 */

const LISTS = /** @type {const} */ (['messages', 'calls'])

/**
 * Reads both lists, the newest first, and further back when asked. What was read stays; the first pages are read
 * again by `reload`. @param {string} organizationId
 */
export function useFeed(organizationId) {
  const kept = useRef(/** @type {Feed | undefined} */ (undefined))
  const page = (
    /** @type {'messages' | 'calls'} */ list,
    /** @type {string | null} */ cursor,
    /** @type {AbortSignal} */ signal,
  ) =>
    get(apiOf(organizationId, `/${list}`), { limit: 100, cursor }, signal).then((answer) => ({
      rows: answer[list],
      cursor: answer.nextCursor,
    }))
  const feed = useResource(
    async (signal) => {
      const [messages, calls] = await Promise.all(LISTS.map((list) => page(list, null, signal)))
      const before = kept.current
      kept.current = {
        messages: joined(/** @type {Read} */ (messages), before?.messages),
        calls: joined(/** @type {Read} */ (calls), before?.calls),
      }
      return kept.current
    },
    [organizationId],
  )

  /** Reads on in the list that says least about the past. */
  const loadMore = async () => {
    const now = kept.current
    const list = LISTS.filter((each) => now?.[each].cursor).toSorted((one, other) =>
      oldestOf(now?.[other]) > oldestOf(now?.[one]) ? 1 : -1,
    )[0]
    if (!now || !list) return
    const more = await page(list, now[list].cursor, new AbortController().signal)
    const rows = byId([...now[list].rows, ...more.rows])
    kept.current = { ...now, [list]: { rows, cursor: more.cursor } }
    feed.change(() => /** @type {Feed} */ (kept.current))
  }
  return { ...feed, loadMore }
}

/** @param {Read} first the first page, as it is now @param {Read | undefined} before all that was read */
function joined(first, before) {
  const reached = before && before.rows.length > first.rows.length
  return reached ? { rows: byId([...first.rows, ...before.rows]), cursor: before.cursor } : first
}

/** Each once, as it stands first. @param {any[]} rows */
const byId = (rows) =>
  [...new Map(rows.toReversed().map((row) => [row.id, row])).values()].toReversed()

/** @param {Read | undefined} read */
const oldestOf = (read) => read?.rows.at(-1)?.created_at ?? ''

/**
 * @typedef {{ key: string, contactId: string | null, callId: string | null, name: string | null, phone: string, last: any, isCall: boolean }} Exchange
 * the last text or call with one customer
 */

/** The last exchange with each customer, the newest first, as far back as both lists were read. @param {Feed} feed */
export function exchangesOf({ messages, calls }) {
  const since = [messages, calls].reduce(
    (latest, read) => (read.cursor && oldestOf(read) > latest ? oldestOf(read) : latest),
    '',
  )
  /** @type {Map<string, Exchange>} */
  const found = new Map()
  const rows = [
    ...messages.rows.map((row) => ({ row, isCall: false, contactId: row.contact_id })),
    ...calls.rows.map((row) => ({ row, isCall: true, contactId: row.contact?.id ?? null })),
  ]
    .filter(({ row, isCall, contactId }) => row.created_at >= since && (contactId || isCall))
    .toSorted((one, other) => other.row.created_at.localeCompare(one.row.created_at))
  for (const { row, isCall, contactId } of rows) {
    const key = contactId ?? row.id
    const known = found.get(key)
    if (known) known.name ??= row.contact?.name ?? null
    else
      found.set(key, {
        key,
        contactId,
        callId: contactId ? null : row.id,
        name: row.contact?.name ?? null,
        phone: row.direction === 'inbound' ? row.from : row.to,
        last: row,
        isCall,
      })
  }
  return [...found.values()]
}
