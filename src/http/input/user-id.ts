import { z } from 'zod'

/** Eight groups of four hexadecimal digits, with a hyphen between any two or without. */
const GROUPS = '[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}'
const UUID = new RegExp(`^(?:${GROUPS}|\\{${GROUPS}\\})$`, 'i')

/**
 * A user's id as an issuer may write it: whatever PostgreSQL takes as uuid, not only the versions of RFC 9562;
 * out comes what PostgreSQL makes of it, so that it compares with the ids it answers.
 * Source: PostgreSQL, "UUID Type".
 */
export const UserId = z
  .string()
  .regex(UUID)
  .transform((id) =>
    id
      .toLowerCase()
      .replace(/[^0-9a-f]/g, '')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  )
