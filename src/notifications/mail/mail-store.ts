import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import { Timestamp } from '../../database/timestamp.ts'
import { StoredNotification } from '../notification.ts'

const Claim = z.object({
  /** More than one: those of a day, in one mail. */
  ids: z.array(z.guid()).min(1),
  /** Until when nobody else takes them; a failure is recorded with it. */
  lease: Timestamp,
  attempts: z.int(),
  kind: z.enum(['invitation', 'notification', 'organization']),
  is_daily: z.boolean(),
  /** Null: the operators. */
  recipient: z.string().nullable(),
  created_at: Timestamp,
  invitation: z
    .object({
      invite_id: z.guid(),
      organization: z.string(),
      role: z.enum(['admin', 'member']),
      expires_at: Timestamp,
    })
    .nullable(),
  organization: z.string().nullable(),
  notifications: z.array(StoredNotification),
  /** Of an organization's own. */
  happened: z
    .object({
      type: z.string(),
      facts: z.record(z.string(), z.unknown()),
      created_at: Timestamp,
    })
    .nullable(),
})

export type StoredMail = z.infer<typeof Claim>

/** With the token of its link, of which the database has the hash alone. */
export type MailClaim = StoredMail & { token: string }

export type MailStore = ReturnType<typeof createMailStore>

export function createMailStore(
  db: Database,
  options: { leaseMs: number; publicUrl: string; linkDays: number },
  newToken: () => { token: string; tokenHash: string },
) {
  return {
    /** Takes the next mail that is due, if there is one. */
    async claim(): Promise<MailClaim | null> {
      const { token, tokenHash } = newToken()
      const reply = z.object({ claim: Claim.nullable() })
      const { claim } = await db.rpc('claim_mail', { ...options, tokenHash }, reply)
      return claim && { ...claim, token }
    },
    recordSent: ({ ids }: MailClaim) => db.rpc('record_mail_sent', { ids }, z.object({})),
    /** `delayMs` null: it is not sent again, and a person is told; `isLasting`: a person is told of the server. */
    recordFailed: (
      { ids, lease }: MailClaim,
      failure: { delayMs: number | null; isLasting: boolean; recipient: string; error: string },
    ) =>
      db.rpc('record_mail_failed', { ids, lease, ...failure }, z.object({ recorded: z.boolean() })),
  }
}
