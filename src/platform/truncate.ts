/** At most `limit` UTF-16 units; cuts between characters, never inside a surrogate pair. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text
  return text
    .slice(0, limit)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
}

/** So many things of a list are named, each in so many characters. */
const NAMED = 10
const LONGEST_NAME = 60

/** `a, b`; of a long list its beginning: `a, b, … and 3 more`. For what others sent, however much it is. */
export function someOf(names: string[]): string {
  const more = names.length - NAMED
  const named = names.slice(0, NAMED).map((name) => truncate(name, LONGEST_NAME))
  return named.join(', ') + (more > 0 ? `, … and ${more} more` : '')
}
