/** A cursor, as migrations/functions/shared/paging.sql writes it: a place of a list that goes by `key`. */
export function cursorOf(id: string, key: string): string {
  return Buffer.from(id + key).toString('base64url')
}

/** The id and the key of a cursor. */
export function placeOf(cursor: string): { id: string; key: string } {
  const text = Buffer.from(cursor, 'base64url').toString()
  return { id: text.slice(0, 36), key: text.slice(36) }
}
