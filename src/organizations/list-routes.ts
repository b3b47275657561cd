import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import { NextCursor, PageQuery, pageOf } from '../http/schemas.ts'
import { OrganizationView, presentOrganization } from './organization.ts'
import type { OrganizationStore } from './organization-store.ts'

const ListQuery = PageQuery.extend({
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('beginnings of words of name, slug or e-mail, or the whole number that is held')
    .meta({ examples: ['premium auto'] }),
})

export function createOrganizationListRoutes(deps: { organizations: OrganizationStore }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/admin/organizations',
      operationId: 'listOrganizations',
      guard: 'admin',
      summary: 'All organizations with their numbers, newest first',
      query: ListQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          organizations: z.array(OrganizationView),
          nextCursor: NextCursor,
        }),
      },
      async handle({ principal, query }) {
        const page = await deps.organizations.list(actorOf(principal), query.search, pageOf(query))
        return reply(200, {
          success: true,
          organizations: page.rows.map(presentOrganization),
          nextCursor: page.next_cursor,
        })
      },
    }),
  ]
}
