import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import type { Principal } from '../../http/principal.ts'

export const MemberRole = z.enum(['admin', 'member'])

/** Somebody who belongs to an organization, or is invited to. */
export const Member = z
  .object({
    user_id: z.guid().nullable().describe('null: an e-mail address is invited'),
    email: z.string().nullable().describe('the address of the invite; null when added by id'),
    role: MemberRole,
    status: z.enum(['active', 'invited']),
    created_at: Timestamp,
  })
  .meta({ id: 'Member' })

/** How a member is named: by user id, by the lower-cased e-mail address of the invite, or by the own address. */
export type MemberName = { userId: string } | { email: string } | { userId: string; email: string }

/**
 * Whom `name` means to `principal`: one's own address is oneself, also where the membership knows no
 * address, unless it is the address of an open invite.
 */
export function nameMeantBy(principal: Principal, name: MemberName): MemberName {
  if (principal.kind !== 'user' || !('email' in name)) return name
  const isOwn = name.email === addressOf(principal)
  return isOwn ? { userId: principal.userId, email: name.email } : name
}

/**
 * The address that a user's token names, in lower case. Only ASCII: other letters may turn into ASCII ones
 * in lower case (U+212A, the Kelvin sign, into k), and so into another's address.
 */
export function addressOf(principal: Principal): string | null {
  if (principal.kind !== 'user' || !principal.email) return null
  return /^[\x21-\x7E]+$/.test(principal.email) ? principal.email.toLowerCase() : null
}

export const EmailInput = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase())

/** A member in a path. */
export const MemberNameInput = z
  .union(
    [
      z.guid().transform((userId): MemberName => ({ userId })),
      EmailInput.transform((email): MemberName => ({ email })),
    ],
    { error: 'must be a user id, as 3f2b8c1e-5d4a-4f6b-9c7d-1a2b3c4d5e6f, or an e-mail address' },
  )
  .meta({
    description:
      'User id, or the e-mail address of an invite; without an open invite to it, the own address means oneself',
    examples: ['0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1c'],
  })
