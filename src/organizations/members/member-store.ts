import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { EnteredEndpoint, WorkingKey } from './handed-out.ts'
import { Member, type MemberName, type MemberRole } from './member.ts'

/** What an admin who is one no more has handed out: invites that are withdrawn, keys that still work, endpoints at their addresses. */
const EndedGrants = z.object({
  withdrawn_invites: z.array(Member),
  keys: z.array(WorkingKey),
  endpoints: z.array(EnteredEndpoint),
})

export type EndedGrants = z.infer<typeof EndedGrants>

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
        z.object({
          created: z.boolean(),
          is_invited: z.boolean(),
          /** Where a member is named, or a server from before mail answers, it is absent. */
          is_mailed: z.boolean().optional(),
          member: Member,
          ended: EndedGrants.nullish(),
        }),
      ),
    /** `ending`: what of the organization's the member made, and goes with them. */
    remove: (
      actor: Actor,
      organizationId: string,
      member: MemberName,
      ending: { revokeKeys: boolean; pauseEndpoints: boolean },
    ) =>
      db.rpc('remove_member', { actor, organizationId, ...named(member), ...ending }, EndedGrants),
  }
}
