import type { Config } from '../config/config.ts'
import type { Database } from '../database/db.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Logger } from '../platform/logger.ts'
import { createAlertStore } from './alert-store.ts'
import { createAlertWebhook } from './alert-webhook.ts'
import { createAlerts } from './alerts.ts'
import { createNotificationStore } from './notification-store.ts'
import { createNotificationRoutes } from './routes.ts'

/** Well below the time a stopping server has. */
const ALERT_TIMEOUT_MS = 5_000

/** What needs a person: kept, shown, and told to a chat. */
export function createNotifications({ config, db, log }: Infrastructure) {
  const alerts = createAlertsOf(config, db, log)
  return {
    alerts,
    routes: createNotificationRoutes(createNotificationStore(db)),
    loops: alerts ? [{ name: 'alerts', ...config.alerts, tick: alerts.tick }] : [],
  }
}

/** Undefined where no receiver is set: nothing is sent then, and nothing is recorded as sent. */
function createAlertsOf({ alerts, orders, publicUrl }: Config, db: Database, log: Logger) {
  if (!alerts.webhookUrl) return undefined
  return createAlerts({
    ...orders,
    store: createAlertStore(db, orders),
    send: createAlertWebhook({ url: alerts.webhookUrl, timeoutMs: ALERT_TIMEOUT_MS }),
    publicUrl,
    log: log.child({ name: 'alerts' }),
  })
}
