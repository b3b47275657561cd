import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { idInput, NextCursor, PageQuery, pageOf } from '../../http/schemas.ts'
import { hashInviteToken, Invite } from './invite.ts'
import type { InviteStore } from './invite-store.ts'
import { addressOf, Member } from './member.ts'

const params = z.object({ inviteId: idInput('id of the invite') })

/** An invite by id takes no token, so nothing has to be said. */
const AnswerBody = z.strictObject({
  token: z.string().min(1).max(200).optional().describe('Of an invite to an e-mail address'),
})

/** What a user does with the invites of others; nothing is accepted by anything else. */
export function createInviteRoutes({ invites }: { invites: InviteStore }): Route[] {
  const proofOf = (
    principal: Parameters<typeof addressOf>[0],
    inviteId: string,
    { token }: z.output<typeof AnswerBody>,
  ) => ({
    inviteId,
    email: addressOf(principal),
    tokenHash: token === undefined ? null : hashInviteToken(token),
  })
  return [
    route({
      method: 'get',
      path: '/api/invites',
      operationId: 'listInvites',
      guard: 'signup',
      summary: 'The open invites of the user, by id or by the address of the token, newest first',
      query: PageQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          invites: z.array(Invite),
          nextCursor: NextCursor,
        }),
      },
      async handle({ principal, query }) {
        const email = addressOf(principal)
        const page = await invites.list(actorOf(principal), email, pageOf(query))
        return reply(200, { success: true, invites: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path: '/api/invites/:inviteId/accept',
      operationId: 'acceptInvite',
      guard: 'signup',
      summary: 'Accept an invite: the user is a member from now on',
      params,
      body: AnswerBody,
      hasOptionalBody: true,
      replies: {
        200: z.object({ success: z.literal(true), organizationId: z.guid(), member: Member }),
      },
      problems: ['invite_not_found', 'invite_token_wrong', 'row_limit_reached'],
      async handle({ principal, params: { inviteId }, body }) {
        const proof = proofOf(principal, inviteId, body)
        const { organization_id, member } = await invites.accept(actorOf(principal), proof)
        return reply(200, { success: true, organizationId: organization_id, member })
      },
    }),
    route({
      method: 'post',
      path: '/api/invites/:inviteId/decline',
      operationId: 'declineInvite',
      guard: 'signup',
      summary: 'Decline an invite',
      params,
      body: AnswerBody,
      hasOptionalBody: true,
      replies: { 200: z.object({ success: z.literal(true) }) },
      problems: ['invite_not_found', 'invite_token_wrong'],
      async handle({ principal, params: { inviteId }, body }) {
        await invites.decline(actorOf(principal), proofOf(principal, inviteId, body))
        return reply(200, { success: true })
      },
    }),
  ]
}
