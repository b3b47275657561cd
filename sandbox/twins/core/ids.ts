import { randomBytes } from 'node:crypto'

/** A new vendor id: the prefix and `digits` (32 when absent) random lower-case hex digits. */
export function newId(prefix: string, digits = 32): string {
  return prefix + randomBytes(digits / 2).toString('hex')
}
