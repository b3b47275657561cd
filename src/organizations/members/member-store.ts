import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import { Member, type MemberName, type MemberRole } from './member.ts'

export type MemberStore = ReturnType<typeof createMemberStore>

/** `userId` is who asks: an admin of the organization, or null for an operator. */
export function createMemberStore(db: Database) {
  const named = (member: MemberName) => ({
    memberUserId: 'userId' in member ? member.userId : null,
    email: 'email' in member ? member.email : null,
  })
  return {
    list: (userId: string | null, organizationId: string, page: PageRequest) =>
      db.rpc('list_members', { userId, organizationId, ...page }, pageSchema(Member)),
    /** Adds or invites; of one who is there already the role is changed. Null: as it is, or member. */
    set: (
      userId: string | null,
      organizationId: string,
      member: MemberName,
      role: z.infer<typeof MemberRole> | null,
    ) =>
      db.rpc(
        'set_member',
        { userId, organizationId, ...named(member), role },
        z.object({ created: z.boolean(), member: Member }),
      ),
    remove: (userId: string | null, organizationId: string, member: MemberName) =>
      db.rpc(
        'remove_member',
        { userId, organizationId, ...named(member) },
        z.object({ removed: z.literal(true) }),
      ),
    /** Makes a user a member wherever the address was invited; true when it is one by it anywhere. */
    takeUpInvites: (userId: string, email: string) =>
      db
        .rpc(
          'take_up_invites',
          { userId, email: email.toLowerCase() },
          z.object({ member_of: z.int() }),
        )
        .then(({ member_of }) => member_of > 0),
  }
}
