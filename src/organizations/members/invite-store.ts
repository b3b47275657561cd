import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { Invite } from './invite.ts'
import { Member } from './member.ts'

/** What one answer is given with: the address of the user's token, and the hash of the invite's token. */
interface Proof {
  inviteId: string
  email: string | null
  tokenHash: string | null
}

export type InviteStore = ReturnType<typeof createInviteStore>

/** `actor` is whoever is invited. */
export function createInviteStore(db: Database) {
  return {
    list: (actor: Actor, email: string | null, page: PageRequest) =>
      db.rpc('list_invites', { actor, email, ...page }, pageSchema(Invite)),
    accept: (actor: Actor, proof: Proof) =>
      db.rpc(
        'accept_invite',
        { actor, ...proof },
        z.object({ organization_id: z.guid(), member: Member }),
      ),
    decline: (actor: Actor, proof: Proof) =>
      db.rpc('decline_invite', { actor, ...proof }, z.object({ declined: z.literal(true) })),
  }
}
