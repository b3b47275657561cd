import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import { MemberRole } from './member.ts'

/** An invite as whoever is invited sees it. */
export const Invite = z
  .object({
    id: z.guid(),
    organization_id: z.guid(),
    organization_name: z.string(),
    role: MemberRole,
    email: z
      .string()
      .nullable()
      .describe('the address that was invited: answering takes its token; null: invited by id'),
    created_at: Timestamp,
  })
  .meta({ id: 'Invite' })

/** A new token of an invite, 256 random bits, with what is kept of it. */
export function generateInviteToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString('base64url')
  return { token, tokenHash: hashInviteToken(token) }
}

/** SHA-256 in hexadecimal: a random token needs no slow hash. */
export function hashInviteToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
