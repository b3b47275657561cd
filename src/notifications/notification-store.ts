import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import { worded } from './message-of.ts'
import type { Apis } from './messages/message.ts'
import { StoredNotification } from './notification.ts'

export type NotificationStore = ReturnType<typeof createNotificationStore>

export function createNotificationStore(db: Database, apis: Apis) {
  const inWords = (stored: Parameters<typeof worded>[0]) => worded(stored, apis)
  return {
    list: (filter: { status: string | null; type: string | null }, page: PageRequest) =>
      db
        .rpc('list_notifications', { ...filter, ...page }, pageSchema(StoredNotification))
        .then(({ rows, ...rest }) => ({ ...rest, rows: rows.map(inWords) })),
    resolve: (actor: Actor, id: string) =>
      db.rpc('resolve_notification', { actor, id }, StoredNotification).then(inWords),
  }
}
