import { z } from 'zod'
import { alternatives } from '../../http/input/alternatives.ts'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, replyOf, route } from '../../http/route.ts'
import { NextCursor, OrganizationParams, PageQuery, pageOf } from '../../http/schemas.ts'
import { EnteredEndpoint, WorkingKey } from './handed-out.ts'
import { generateInviteToken } from './invite.ts'
import { EmailInput, Member, MemberNameInput, MemberRole, nameMeantBy } from './member.ts'
import type { EndedGrants, MemberStore } from './member-store.ts'

const path = '/api/organizations/:organizationId/members'

const MemberBody = z
  .strictObject({
    userId: z.guid().optional(),
    email: EmailInput.optional().describe(
      'Invited; without an open invite to it, the own address means oneself',
    ),
    role: MemberRole.optional().describe('Default: member; who is there already keeps the role'),
  })
  .meta(
    alternatives(
      { needs: ['userId'], without: ['email'] },
      { needs: ['email'], without: ['userId'] },
    ),
  )
  .transform(({ userId, email, role = null }, context) => {
    if (userId !== undefined && email === undefined) return { member: { userId }, role }
    if (email !== undefined && userId === undefined) return { member: { email }, role }
    context.addIssue({ code: 'custom', message: 'send either userId or email' })
    return z.NEVER
  })

const Option = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true')

/** Of who was an admin, and is none any more; nothing for a plain member who leaves. */
const handedOut = {
  withdrawnInvites: z
    .array(Member)
    .describe('invites that the member made as an admin; they let nobody in any more'),
  keys: z.array(WorkingKey).describe('API keys that the member made and that still work'),
  endpoints: z
    .array(EnteredEndpoint)
    .describe(
      'webhook endpoints, active or paused, for whose address the member answers: by making one, changing its address or resuming it last',
    ),
}

const OneMember = z.object({
  success: z.literal(true),
  member: Member,
  inviteToken: z
    .string()
    .nullable()
    .describe(
      'of an invite to an e-mail address: send it there; accepting takes it, and nothing shows it again, also no repeat under the same Idempotency-Key: invite anew where it was lost',
    ),
  inviteMailed: z
    .boolean()
    .describe(
      'a mail with a link is on its way to the address; false: send the token yourself (no SMTP_URL or no APP_URL, as many were mailed within a day as may be, the organization is suspended, or nobody was invited by address)',
    ),
  ...handedOut,
})

/** Who may use an organization; for its admins and operators. Whoever is a member may leave. */
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
      summary: 'Invite a user or an e-mail address, or change the role of a member',
      params: OrganizationParams,
      body: MemberBody,
      idempotent: 'marked',
      replies: { 200: OneMember.describe('was there already'), 201: OneMember },
      problems: [
        'row_limit_reached',
        'organization_not_found',
        'role_required',
        'wrong_state',
        'idempotency_key_reused',
        'idempotency_in_progress',
        'answer_lost',
      ],
      async handle({ principal, params, body }) {
        const { token, tokenHash } = generateInviteToken()
        const { created, is_invited, is_mailed, member, ended } = await members.set(
          actorOf(principal),
          params.organizationId,
          nameMeantBy(principal, body.member),
          body.role,
          tokenHash,
        )
        const inviteToken = is_invited && member.email ? token : null
        const inviteMailed = is_mailed ?? false
        const answer = { success: true, member, inviteToken, inviteMailed, ...presentEnded(ended) }
        return {
          ...replyOf(params.organizationId, created ? 201 : 200, answer),
          keptBody: { ...answer, inviteToken: null },
        }
      },
    }),
    route({
      method: 'delete',
      path: `${path}/:memberId`,
      operationId: 'removeMember',
      guard: 'member',
      summary: 'Remove a member, leave, or take an invite back',
      params: OrganizationParams.extend({ memberId: MemberNameInput }),
      query: z.strictObject({
        revokeKeys: Option.describe(
          'also revoke the API keys that the member made: for admins and operators',
        ),
        pauseEndpoints: Option.describe(
          'also pause the active ones of the webhook endpoints that are named: for admins and operators',
        ),
      }),
      replies: {
        200: z.object({ success: z.literal(true), ...handedOut }),
      },
      problems: ['organization_not_found', 'role_required', 'member_not_found', 'wrong_state'],
      async handle({ principal, params, query }) {
        const ended = await members.remove(
          actorOf(principal),
          params.organizationId,
          nameMeantBy(principal, params.memberId),
          query,
        )
        return reply(200, { success: true, ...presentEnded(ended) })
      },
    }),
  ]
}

function presentEnded(ended: EndedGrants | null | undefined) {
  return {
    withdrawnInvites: ended?.withdrawn_invites ?? [],
    keys: ended?.keys ?? [],
    endpoints: ended?.endpoints ?? [],
  }
}
