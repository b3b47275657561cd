import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { Member, type MemberName, type MemberRole } from './member.ts'
import { WorkingKey } from './working-key.ts'

export type MemberStore = ReturnType<typeof createMemberStore>

/** `actor` is an admin of the organization, or an operator. */
export function createMemberStore(db: Database) {
  const named = (member: MemberName) => ({
    memberUserId: 'userId' in member ? member.userId : null,
    email: 'email' in member ? member.email : null,
  })
  return {
    list: (actor: Actor, organizationId: string, page: PageRequest) =>
      db.rpc('list_members', { actor, organizationId, ...page }, pageSchema(Member)),
    /** Invites, or, for an operator, adds; of one who is there already the role is changed. Null: as it is, or member. */
    set: (
      actor: Actor,
      organizationId: string,
      member: MemberName,
      role: z.infer<typeof MemberRole> | null,
      /** Of the token that accepting an invite to an address takes. */
      tokenHash: string,
    ) =>
      db.rpc(
        'set_member',
        { actor, organizationId, ...named(member), role, tokenHash },
        z.object({ created: z.boolean(), is_invited: z.boolean(), member: Member }),
      ),
    /** @returns the keys that the member made and that still work */
    remove: (actor: Actor, organizationId: string, member: MemberName, revokeKeys: boolean) =>
      db.rpc(
        'remove_member',
        { actor, organizationId, ...named(member), revokeKeys },
        z.object({ removed: z.literal(true), keys: z.array(WorkingKey) }),
      ),
  }
}
