import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import { idInput, NextCursor, PageQuery, pageOf } from '../http/schemas.ts'
import { Notification, NotificationStatus, NotificationType } from './notification.ts'
import type { NotificationStore } from './notification-store.ts'

export function createNotificationRoutes(notifications: NotificationStore): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/admin/notifications',
      operationId: 'listNotifications',
      guard: 'admin',
      summary: 'What needs attention, newest first',
      query: PageQuery.extend({
        status: NotificationStatus.optional().describe('only notifications in this state'),
        type: NotificationType.optional().describe('only notifications of this type'),
      }),
      replies: { 200: z.object({ notifications: z.array(Notification), nextCursor: NextCursor }) },
      async handle({ query }) {
        const page = await notifications.list(
          { status: query.status ?? null, type: query.type ?? null },
          pageOf(query),
        )
        return reply(200, { notifications: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/notifications/:notificationId/resolve',
      operationId: 'resolveNotification',
      guard: 'admin',
      summary: 'Mark a notification as dealt with',
      params: z.object({ notificationId: idInput('id of the notification') }),
      replies: { 200: z.object({ success: z.literal(true), notification: Notification }) },
      problems: ['notification_not_found'],
      async handle({ principal, params }) {
        const notification = await notifications.resolve(actorOf(principal), params.notificationId)
        return reply(200, { success: true, notification })
      },
    }),
  ]
}
