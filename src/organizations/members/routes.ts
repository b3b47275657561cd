import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { NextCursor, OrganizationParams, PageQuery, pageOf } from '../../http/schemas.ts'
import { EmailInput, Member, MemberNameInput, MemberRole } from './member.ts'
import type { MemberStore } from './member-store.ts'

const path = '/api/organizations/:organizationId/members'

const MemberBody = z
  .strictObject({
    userId: z.uuid().optional(),
    email: EmailInput.optional().describe('Invited: a member as soon as it signs in'),
    role: MemberRole.optional().describe('Default: member; who is there already keeps the role'),
  })
  .transform(({ userId, email, role = null }, context) => {
    if (userId !== undefined && email === undefined) return { member: { userId }, role }
    if (email !== undefined && userId === undefined) return { member: { email }, role }
    context.addIssue({ code: 'custom', message: 'send either userId or email' })
    return z.NEVER
  })

const OneMember = z.object({ success: z.literal(true), member: Member })

/** Who may use an organization; for its admins and operators. */
export function createMemberRoutes({ members }: { members: MemberStore }): Route[] {
  return [
    route({
      method: 'get',
      path,
      operationId: 'listMembers',
      guard: 'member',
      summary: 'The members of an organization and those invited, newest first',
      params: OrganizationParams,
      query: PageQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          members: z.array(Member),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found', 'role_required'],
      async handle({ principal, params, query }) {
        const page = await members.list(actorOf(principal), params.organizationId, pageOf(query))
        return reply(200, { success: true, members: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path,
      operationId: 'setMember',
      guard: 'member',
      summary: 'Add a member by user id, invite one by e-mail, or change the role of one',
      params: OrganizationParams,
      body: MemberBody,
      idempotent: true,
      replies: { 200: OneMember.describe('was there already'), 201: OneMember },
      problems: [
        'organization_not_found',
        'role_required',
        'wrong_state',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params, body }) {
        const { created, member } = await members.set(
          actorOf(principal),
          params.organizationId,
          body.member,
          body.role,
        )
        return reply(created ? 201 : 200, { success: true, member })
      },
    }),
    route({
      method: 'delete',
      path: `${path}/:memberId`,
      operationId: 'removeMember',
      guard: 'member',
      summary: 'Remove a member, or take an invite back',
      params: OrganizationParams.extend({ memberId: MemberNameInput }),
      replies: { 200: z.object({ success: z.literal(true) }) },
      problems: ['organization_not_found', 'role_required', 'member_not_found', 'wrong_state'],
      async handle({ principal, params }) {
        await members.remove(actorOf(principal), params.organizationId, params.memberId)
        return reply(200, { success: true })
      },
    }),
  ]
}
