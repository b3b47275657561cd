/**
 * Who acts: an operator, by the name of the key; a user, or a key of an organization, by its id; or the
 * server itself, in its loops. Operators and the server may do all. There is no actor that is nobody:
 * the SQL functions refuse null and unknown kinds by the type of their argument (public.orgline_actor).
 */
export type Actor =
  | { kind: 'operator'; name: string; from?: Origin }
  | { kind: 'user'; id: string; from?: Origin }
  | { kind: 'key'; id: string; organizationId?: string; from?: Origin }
  | { kind: 'system' }

/** Whoever acts, but for the server itself. */
export type Person = Exclude<Actor, { kind: 'system' }>

/** From where somebody acts, for the audit log: the client's address, and the id of its request. */
export interface Origin {
  address: string | undefined
  requestId: string
  /** Under which Idempotency-Key, where a change marks it (private.audit). */
  attempt?: Attempt
}

/** One run under an Idempotency-Key: whose key it is, and the token of its lease. */
export interface Attempt {
  owner: string
  key: string
  token: string
}

/** All operators, as who takes turns. */
export const OPERATORS = 'operators'

/**
 * Who takes turns at the database (fair-turns.ts): a user, all keys of an organization as one, or all
 * operators as one. Undefined for the server itself, which takes none.
 */
export function askerOf(actor: Person): string
export function askerOf(actor: Actor): string | undefined
export function askerOf(actor: Actor): string | undefined {
  switch (actor.kind) {
    case 'operator':
      return OPERATORS
    case 'user':
      return actor.id
    case 'key':
      return actor.organizationId ?? actor.id
    case 'system':
      return undefined
  }
}

/** The id of a user or key; null for whoever has none. */
export function idOf(actor: Actor): string | null {
  return 'id' in actor ? actor.id : null
}
