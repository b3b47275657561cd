import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { KEY_MARK, KeyScope } from '../http/principal.ts'

/** A key of an organization as it may be shown: neither the key nor its hash. */
export const ApiKey = z
  .object({
    id: z.guid(),
    name: z.string(),
    prefix: z.string().describe('how the key begins'),
    scopes: z.array(KeyScope),
    created_by: z.guid().nullable().describe('the user who made it; null for an operator'),
    created_at: Timestamp,
    last_used_at: Timestamp.nullable().describe('to the minute'),
    expires_at: Timestamp.nullable().describe(
      'refused from then on; null: works until it is revoked',
    ),
    revoked_at: Timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' })

const KEY_BYTES = 32
const PREFIX_LENGTH = KEY_MARK.length + 8
const pattern = new RegExp(`^${KEY_MARK}[\\w-]{43}$`)

/** A new key (`ol_` and 256 random bits), with what is kept of it: how it begins, and its hash. */
export function generateKey(): { key: string; prefix: string; hash: string } {
  const key = KEY_MARK + randomBytes(KEY_BYTES).toString('base64url')
  return { key, prefix: key.slice(0, PREFIX_LENGTH), hash: hashKey(key) }
}

/** Whether it looks like a key at all, so that the database need not be asked about anything else. */
export function looksLikeKey(text: string): boolean {
  return pattern.test(text)
}

/** SHA-256 in hexadecimal: a random key needs no slow hash, and is found by this one. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
