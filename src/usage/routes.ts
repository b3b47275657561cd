import { z } from 'zod'
import { allPages, NameCursorInput } from '../database/pages.ts'
import { actorOf } from '../http/principal.ts'
import { type Reply, type Route, reply, replyCsv, route } from '../http/route.ts'
import { NextCursor, OrganizationParams, PageQuery, pageOf } from '../http/schemas.ts'
import { MonthInput, monthOf } from './month.ts'
import { Usage, UsageOfAll, type UsagePage } from './usage.ts'
import { usageCsv, usageOfAllCsv } from './usage-csv.ts'
import type { UsageStore } from './usage-store.ts'

const UsageQuery = z.strictObject({
  month: MonthInput,
  format: z.enum(['json', 'csv']).optional().describe('by default what the header Accept asks for'),
})

const UsageOfAllQuery = UsageQuery.extend(PageQuery.shape).extend({
  cursor: NameCursorInput.optional(),
  total: z
    .enum(['true', 'false'])
    .default('true')
    .describe(
      'false: without the idle stock and the sums, which take as long as many pages; a CSV has the idle stock all the same',
    ),
})

/** Of a CSV, which has all of them, so many are read at a time. */
const MOST_ROWS = 200

const monthly = { success: z.literal(true), month: z.string() }

/** What organizations cost, by month. */
export function createUsageRoutes(deps: { usage: UsageStore }): Route[] {
  const { usage } = deps
  return [
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/usage',
      operationId: 'getUsage',
      guard: 'member',
      scope: 'read',
      summary:
        'What an organization used and cost in a month: its numbers, texts and calls; as JSON or CSV',
      params: OrganizationParams,
      query: UsageQuery,
      csv: true,
      replies: { 200: Usage.extend(monthly) },
      problems: ['organization_not_found'],
      async handle({ principal, params: { organizationId }, query, prefersCsv }): Promise<Reply> {
        const month = monthOf(query.month, new Date())
        const used = await usage.ofOrganization(actorOf(principal), organizationId, month)
        if (query.format ? query.format === 'csv' : prefersCsv) {
          return replyCsv(usageCsv(month.name, organizationId, used))
        }
        return reply(200, { success: true, month: month.name, ...used })
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/usage',
      operationId: 'getUsageOfAll',
      guard: 'admin',
      summary:
        'What each organization and the idle stock cost in a month, together what the carriers charge; as JSON or CSV',
      query: UsageOfAllQuery,
      csv: true,
      replies: { 200: UsageOfAll.extend({ ...monthly, nextCursor: NextCursor }) },
      async handle({ query, prefersCsv }): Promise<Reply> {
        const month = monthOf(query.month, new Date())
        if (query.format ? query.format === 'csv' : prefersCsv) {
          const organizations: UsagePage['rows'] = []
          const pages = allPages((cursor) => usage.page(month, { limit: MOST_ROWS, cursor }))
          for await (const { rows } of pages) organizations.push(...rows)
          return replyCsv(usageOfAllCsv(month.name, organizations, (await usage.total(month)).idle))
        }
        const [page, total] = await Promise.all([
          usage.page(month, pageOf(query)),
          query.total === 'true' && query.cursor === undefined ? usage.total(month) : undefined,
        ])
        return reply(200, {
          success: true,
          month: month.name,
          organizations: page.rows,
          ...total,
          nextCursor: page.next_cursor,
        })
      },
    }),
  ]
}
