/** What no text of PostgreSQL may hold, as JSON.stringify writes it. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/

/** The value as JSON that PostgreSQL can store: as `toPostgresJson`, without a copy where none is needed. */
export function toPostgresJsonText(value: object): string {
  const text = JSON.stringify(value)
  return UNSTORABLE.test(text) ? JSON.stringify(toPostgresJson(value)) : text
}

/**
 * A copy of JSON-like data that PostgreSQL can store: NUL characters and lone surrogates, which its
 * text type refuses, become U+FFFD.
 */
export function toPostgresJson<T>(value: T): T
export function toPostgresJson(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map((item) => toPostgresJson(item as unknown))
  if (
    value !== null &&
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype
  ) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        toPostgresJson(key),
        toPostgresJson(item as unknown),
      ]),
    )
  }
  return value
}
