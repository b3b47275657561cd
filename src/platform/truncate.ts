/** At most `limit` UTF-16 units; cuts between characters, never inside a surrogate pair. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text
  return text
    .slice(0, limit)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
}
