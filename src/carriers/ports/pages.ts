import { type Carrier, CarrierError } from './carrier-error.ts'
import type { OnUnreadable } from './unreadable.ts'

/** What whoever reads a list that grows with the deployment knows of it. */
export interface WholeList {
  /** The rows that the database knows of; the list may have others. */
  expected: number
  onUnreadable?: OnUnreadable
}

/** More than a list has of which nobody knows how long it is: at 100 rows a page, a hundred thousand. */
const MOST_PAGES = 1_000

/** Fewer rows than any carrier puts on a full page, so that a list may be several times as long as expected. */
const FEW_ROWS = 25

/** What a carrier gives for the next page, a cursor or an address; undefined: this is the last. */
interface Page<T> {
  content: T
  next: string | undefined
}

/**
 * Walks a list to its end. A next page that was there before, or a list that does not end, is an
 * answer that nothing may be concluded from. `expected`: as in WholeList.
 * @throws CarrierError bad_reply, and whatever `fetchPage` throws
 */
export async function* walkPages<T>(
  list: { carrier: Carrier; operation: string; expected?: number },
  fetchPage: (next: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  const seen = new Set<string>()
  const most = Math.max(MOST_PAGES, Math.ceil((list.expected ?? 0) / FEW_ROWS))
  const refuse = (reason: string) =>
    new CarrierError(list.carrier, list.operation, 'bad_reply', reason)
  let next: string | undefined
  do {
    if (seen.size >= most) throw refuse(`the list has no end: more than ${most} pages`)
    const page = await fetchPage(next)
    if (page.next !== undefined && seen.has(page.next)) {
      throw refuse('the list has no end: it goes on with a page that it had before')
    }
    yield page.content
    next = page.next
    if (next !== undefined) seen.add(next)
  } while (next !== undefined)
}
