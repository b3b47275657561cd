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
