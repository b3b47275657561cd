import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import { Notification } from './notification.ts'

export type NotificationStore = ReturnType<typeof createNotificationStore>

export function createNotificationStore(db: Database) {
  return {
    list: (filter: { status: string | null; type: string | null }, page: PageRequest) =>
      db.rpc('list_notifications', { ...filter, ...page }, pageSchema(Notification)),
    resolve: (actor: Actor, id: string) =>
      db.rpc('resolve_notification', { actor, id }, Notification),
  }
}
