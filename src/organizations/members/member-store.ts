import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { Member, type MemberName, type MemberRole } from './member.ts'

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
    /** Adds or invites; of one who is there already the role is changed. Null: as it is, or member. */
    set: (
      actor: Actor,
      organizationId: string,
      member: MemberName,
      role: z.infer<typeof MemberRole> | null,
    ) =>
      db.rpc(
        'set_member',
        { actor, organizationId, ...named(member), role },
        z.object({ created: z.boolean(), member: Member }),
      ),
    remove: (actor: Actor, organizationId: string, member: MemberName) =>
      db.rpc(
        'remove_member',
        { actor, organizationId, ...named(member) },
        z.object({ removed: z.literal(true) }),
      ),
    /** Makes the user who acts a member wherever the address was invited; true when it is one by it anywhere. */
    takeUpInvites: (actor: Actor, email: string) =>
      db
        .rpc(
          'take_up_invites',
          { actor, email: email.toLowerCase() },
          z.object({ member_of: z.int() }),
        )
        .then(({ member_of }) => member_of > 0),
  }
}
