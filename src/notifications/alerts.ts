import { backoffMs } from '../platform/backoff.ts'
import type { Logger } from '../platform/logger.ts'
import type { AlertStore } from './alert-store.ts'
import { alertText } from './alert-text.ts'
import type { SendAlert } from './alert-webhook.ts'

/** About a day, where the pauses have reached five minutes. */
const MAX_ATTEMPTS = 300

/**
 * Tells the open notifications to a chat or pager, each once; only an answer that is lost lets one
 * be told twice. What cannot be told is logged, and stays a notification.
 */
export function createAlerts(deps: {
  store: AlertStore
  send: SendAlert
  /** Below which notifications are resolved. */
  publicUrl: string
  backoffMs: number
  backoffMaxMs: number
  log: Logger
}) {
  const { store, log } = deps

  /** @returns whether to go on: one was told, or is given up */
  async function deliverNext(): Promise<boolean> {
    const claim = await store.claim()
    if (!claim) return false
    const { notification, attempts } = claim
    const about = { notificationId: notification.id, type: notification.type, attempts }
    const delivery = await deps.send(alertText(notification, deps.publicUrl))
    if (delivery.result === 'delivered') {
      await store.recordDelivered(claim)
      log.info(about, 'alert delivered')
      return true
    }
    const { reason } = delivery
    if (delivery.result === 'refused' || attempts >= MAX_ATTEMPTS) {
      await store.recordFailure(claim, null)
      log.error(
        { ...about, reason },
        'alert given up: check ALERT_WEBHOOK_URL; the notification is in GET /api/admin/notifications',
      )
      return true
    }
    const pause = backoffMs(attempts - 1, deps.backoffMs, deps.backoffMaxMs)
    await store.recordFailure(claim, Math.max(pause, delivery.retryAfterMs))
    log.warn({ ...about, reason }, 'alert not delivered; tried again')
    return false
  }

  return {
    /** Tells all that is due, one after the other, until the receiver fails. */
    async tick(signal: AbortSignal): Promise<void> {
      while (!signal.aborted && (await deliverNext())) {}
    },
  }
}
