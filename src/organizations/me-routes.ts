import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import { MeView, presentMe } from './me.ts'
import { addressOf } from './members/member.ts'
import type { OrganizationStore } from './organization-store.ts'

/** What a page asks first: who its user is, and where they may act. */
export function createMeRoutes({ organizations }: { organizations: OrganizationStore }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/me',
      operationId: 'getMe',
      guard: 'member',
      scope: 'read',
      summary:
        'The user, their organizations with numbers and roles, and their open invites; or the key',
      replies: { 200: MeView },
      async handle({ principal }) {
        const me = await organizations.me(actorOf(principal), addressOf(principal))
        return reply(200, {
          success: true,
          user:
            principal.kind === 'user'
              ? { id: principal.userId, email: principal.email ?? null }
              : null,
          key:
            principal.kind === 'key'
              ? {
                  id: principal.keyId,
                  organizationId: principal.organizationId,
                  scopes: principal.scopes,
                }
              : null,
          ...presentMe(me),
        })
      },
    }),
  ]
}
