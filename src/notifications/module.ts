import type { Config } from '../config/config.ts'
import type { Database } from '../database/db.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Logger } from '../platform/logger.ts'
import { createAlertStore } from './alert-store.ts'
import { createAlertWebhook } from './alert-webhook.ts'
import { createAlerts } from './alerts.ts'
import { createDirectAlert } from './direct-alert.ts'
import { createMail } from './mail/module.ts'
import type { Apis } from './messages/message.ts'
import { createNotificationStore } from './notification-store.ts'
import { createNotificationRoutes } from './routes.ts'

/** Well below the time a stopping server has. */
const ALERT_TIMEOUT_MS = 5_000

/** What needs attention: kept, shown, and told to a chat and by mail. `newInviteToken`: of a link in a mail. */
export function createNotifications(
  infrastructure: Infrastructure,
  newInviteToken: () => { token: string; tokenHash: string },
) {
  const { config, db, log } = infrastructure
  const alerting = createAlerting(config, db, log)
  const mails = createMail(infrastructure, apisOf(config), newInviteToken)
  return {
    mails,
    alerts: alerting?.alerts,
    alertDirectly: alerting?.alertDirectly,
    routes: createNotificationRoutes(createNotificationStore(db, apisOf(config))),
    loops: [
      ...(alerting ? [{ name: 'alerts', ...config.alerts, tick: alerting.alerts.tick }] : []),
      ...(mails ? [{ name: 'mails', ...mails }] : []),
    ],
  }
}

/** Undefined where no receiver is set: nothing is sent then, and nothing is recorded as sent. */
function createAlerting(config: Config, db: Database, parent: Logger) {
  const { alerts, orders, publicUrl } = config
  if (!alerts.webhookUrl) return undefined
  const send = createAlertWebhook({ url: alerts.webhookUrl, timeoutMs: ALERT_TIMEOUT_MS })
  const log = parent.child({ name: 'alerts' })
  const store = createAlertStore(db, orders)
  return {
    alerts: createAlerts({ ...orders, store, send, publicUrl, apis: apisOf(config), log }),
    alertDirectly: createDirectAlert({ send, publicUrl, log }),
  }
}

/** With `baseUrl`, another server answers in Twilio's place: its API is below /api. */
function apisOf({ twilio, elevenLabs }: Config): Apis {
  return {
    twilio: twilio.baseUrl ? `${twilio.baseUrl}/api` : 'https://api.twilio.com',
    elevenLabs: elevenLabs.baseUrl,
  }
}
