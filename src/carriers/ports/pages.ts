import { type Carrier, CarrierError } from './carrier-error.ts'

/** More than any list of ours has: at 100 rows a page, a hundred thousand. */
const MOST_PAGES = 1_000

/** What a carrier gives for the next page, a cursor or an address; undefined: this is the last. */
interface Page<T> {
  content: T
  next: string | undefined
}

/**
 * Walks a list to its end. A next page that was there before, or a list that does not end, is an
 * answer that nothing may be concluded from.
 * @throws CarrierError bad_reply, and whatever `fetchPage` throws
 */
export async function* walkPages<T>(
  list: { carrier: Carrier; operation: string },
  fetchPage: (next: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  const seen = new Set<string>()
  const refuse = (reason: string) =>
    new CarrierError(list.carrier, list.operation, 'bad_reply', reason)
  let next: string | undefined
  do {
    if (seen.size >= MOST_PAGES) throw refuse(`the list has no end: more than ${MOST_PAGES} pages`)
    const page = await fetchPage(next)
    if (page.next !== undefined && seen.has(page.next)) {
      throw refuse('the list has no end: it goes on with a page that it had before')
    }
    yield page.content
    next = page.next
    if (next !== undefined) seen.add(next)
  } while (next !== undefined)
}
