import { z } from 'zod'
import { type Route, reply, route } from '../http/route.ts'
import { NextCursor, PageQuery, pageOf } from '../http/schemas.ts'
import { Activity, ActivityKind, type ActivityStore } from './activity-store.ts'

/** What customers and organizations did lately, wherever it was. */
export function createActivityRoutes(activity: ActivityStore): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/admin/activity',
      operationId: 'listActivity',
      guard: 'admin',
      summary: 'Calls and texts of all organizations, by when they were recorded, newest first',
      query: PageQuery.extend({
        kind: ActivityKind.optional().describe('only calls, or only texts'),
        failed: z.enum(['true', 'false']).default('false').describe('true: only what failed'),
      }),
      replies: {
        200: z.object({
          success: z.literal(true),
          activity: z.array(Activity),
          nextCursor: NextCursor,
        }),
      },
      async handle({ query }) {
        const filter = { kind: query.kind ?? null, isFailed: query.failed === 'true' }
        const page = await activity.list(filter, pageOf(query))
        return reply(200, { success: true, activity: page.rows, nextCursor: page.next_cursor })
      },
    }),
  ]
}
