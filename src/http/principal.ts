import { z } from 'zod'
import type { Origin, Person } from '../platform/actor.ts'

/**
 * An operator with a named key, a signed-in user, or a program with a key of an organization. `untilMs`: when
 * the user's token expires, in ms since 1970. `from` is there once the request is let in.
 */
export type Principal = (
  | { kind: 'admin'; name: string }
  | { kind: 'user'; userId: string; email: string | undefined; untilMs?: number }
  | KeyPrincipal
) & { from?: Origin }

/** Who acts, as use cases and SQL functions take it. */
export function actorOf(principal: Principal): Person {
  const from = principal.from && { from: principal.from }
  switch (principal.kind) {
    case 'admin':
      return { kind: 'operator', name: principal.name, ...from }
    case 'user':
      return { kind: 'user', id: principal.userId, ...from }
    case 'key':
      return {
        kind: 'key',
        id: principal.keyId,
        organizationId: principal.organizationId,
        ...from,
      }
  }
}

/** How every key of an organization begins. */
export const KEY_MARK = 'ol_'

/** What a key may do; to write is not to read, nor to read what was said to listen to it. */
export const KeyScope = z
  .enum([
    'read',
    'recordings:read',
    'calls:write',
    'messages:write',
    'numbers:write',
    'contacts:write',
  ])
  .meta({ id: 'KeyScope' })
export type KeyScope = z.infer<typeof KeyScope>

/** A program that acts for one organization, by one of its keys. */
export interface KeyPrincipal {
  kind: 'key'
  keyId: string
  organizationId: string
  scopes: KeyScope[]
}
