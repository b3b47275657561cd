import type { Database } from '../../src/database/db.ts'
import { createAlertStore } from '../../src/notifications/alert-store.ts'
import { createAlertWebhook } from '../../src/notifications/alert-webhook.ts'
import { createAlerts } from '../../src/notifications/alerts.ts'
import type { Logger } from '../../src/platform/logger.ts'
import { answerText, type Behaviour, carrierServer } from './carrier-server.ts'
import { APIS } from './notification-facts.ts'

export const ALERT_PATH = '/services/T0001/B0001/a-token-of-the-channel'

/** A chat that takes alerts, or behaves as told, request by request; goes with the test. */
export async function alertReceiver(...behaviours: Behaviour[]) {
  const server = await carrierServer(
    ...(behaviours.length > 0 ? behaviours : [answerText(200, 'ok')]),
  )
  return {
    url: `${server.origin}${ALERT_PATH}`,
    requests: server.requests,
    /** The texts received so far. */
    texts: () => server.requests.map(({ body }) => (JSON.parse(body) as { text: string }).text),
  }
}

/** What one server runs to tell the notifications of `db`; `timeoutMs`: how long it waits for a receiver. */
export function alertsOf(db: Database, url: string, log: Logger, timeoutMs = 60_000) {
  return createAlerts({
    store: createAlertStore(db, { leaseMs: 60_000 }),
    send: createAlertWebhook({ url, timeoutMs }),
    publicUrl: 'https://line.example.com',
    apis: APIS,
    backoffMs: 60_000,
    backoffMaxMs: 60_000,
    log,
  })
}
