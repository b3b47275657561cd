import { z } from 'zod'

/** A moment as the database writes it into JSON, with its offset (RFC 3339); the API shows it so. */
export const Timestamp = z.string().meta({ format: 'date-time' })

/** A time as PostgreSQL writes it into JSON, in UTC and to the second. */
export function inUtc(at: string): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
