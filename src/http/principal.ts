import { z } from 'zod'

/** An operator with a named key, a signed-in user, or a program with a key of an organization. */
export type Principal =
  | { kind: 'admin'; name: string }
  | { kind: 'user'; userId: string; email: string | undefined }
  | KeyPrincipal

/**
 * Who asks, as the SQL functions check it: the id of a user or of a key; null for an operator, who
 * may see all.
 */
export function userIdOf(principal: Principal): string | null {
  if (principal.kind === 'admin') return null
  return principal.kind === 'user' ? principal.userId : principal.keyId
}

/** How every key of an organization begins. */
export const KEY_MARK = 'ol_'

/** What a key may do; to write is not to read. */
export const KeyScope = z
  .enum(['read', 'calls:write', 'messages:write', 'numbers:write', 'contacts:write'])
  .meta({ id: 'KeyScope' })
export type KeyScope = z.infer<typeof KeyScope>

/** A program that acts for one organization, by one of its keys. */
export interface KeyPrincipal {
  kind: 'key'
  keyId: string
  organizationId: string
  scopes: KeyScope[]
}
