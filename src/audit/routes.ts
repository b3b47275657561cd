import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import { NextCursor, OrganizationParams, PageQuery, pageOf } from '../http/schemas.ts'
import { AuditEntry } from './audit-entry.ts'
import type { AuditStore } from './audit-store.ts'

const Audit = z.object({
  success: z.literal(true),
  entries: z.array(AuditEntry),
  nextCursor: NextCursor,
})

/** Who changed what: of an organization for its admins, of all for operators. */
export function createAuditRoutes({ audit }: { audit: AuditStore }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/admin/audit',
      operationId: 'listAudit',
      guard: 'admin',
      summary: 'Every change by a person or key, of all organizations, newest first',
      query: PageQuery,
      replies: { 200: Audit },
      async handle({ principal, query }) {
        const page = await audit.listForAll(actorOf(principal), pageOf(query))
        return reply(200, { success: true, entries: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/audit',
      operationId: 'listAuditOfOrganization',
      guard: 'member',
      summary: 'Every change of an organization by a person or key, newest first; for its admins',
      params: OrganizationParams,
      query: PageQuery,
      replies: { 200: Audit },
      problems: ['organization_not_found', 'role_required'],
      async handle({ principal, params, query }) {
        const page = await audit.list(actorOf(principal), params.organizationId, pageOf(query))
        return reply(200, { success: true, entries: page.rows, nextCursor: page.next_cursor })
      },
    }),
  ]
}
