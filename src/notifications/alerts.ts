import { backoffMs } from '../platform/backoff.ts'
import type { Logger } from '../platform/logger.ts'
import { drain } from '../platform/work-queue.ts'
import type { AlertClaim, AlertStore } from './alert-store.ts'
import { alertText } from './alert-text.ts'
import type { SendAlert, Undelivered } from './alert-webhook.ts'
import type { Apis } from './messages/message.ts'

/** About a day, where the pauses have reached five minutes. */
const MAX_ATTEMPTS = 300

class NotDelivered extends Error {
  override name = 'NotDelivered'
  readonly delivery: Undelivered

  constructor(delivery: Undelivered) {
    super(delivery.reason)
    this.delivery = delivery
  }
}

/**
 * Sends the open notifications to a chat or pager, each once. Only where an answer is lost, one may be
 * sent twice. What cannot be sent is logged, and stays a notification.
 */
export function createAlerts(deps: {
  store: AlertStore
  send: SendAlert
  /** Below which notifications are resolved. */
  publicUrl: string
  apis: Apis
  backoffMs: number
  backoffMaxMs: number
  log: Logger
}) {
  const { store, log } = deps

  async function deliver(claim: AlertClaim): Promise<void> {
    const delivery = await deps.send(alertText(claim.notification, deps))
    if (delivery.result !== 'delivered') throw new NotDelivered(delivery)
    await store.recordDelivered(claim)
    log.info(about(claim), 'alert delivered')
  }

  /** `pause`: the receiver fails. One alert that is given up says nothing of the next. */
  async function recordFailure(claim: AlertClaim, error: Error): Promise<'next' | 'pause'> {
    const report = { ...about(claim), reason: error.message }
    const { result, retryAfterMs = 0 } = error instanceof NotDelivered ? error.delivery : {}
    if (result === 'refused' || claim.attempts >= MAX_ATTEMPTS) {
      await store.recordFailure(claim, null)
      log.error(
        report,
        'alert given up: check ALERT_WEBHOOK_URL; the notification is in GET /api/admin/notifications',
      )
      return 'next'
    }
    const pause = backoffMs(claim.attempts - 1, deps.backoffMs, deps.backoffMaxMs)
    await store.recordFailure(claim, Math.max(pause, retryAfterMs))
    log.warn(report, 'alert not delivered; tried again')
    return 'pause'
  }

  return {
    /** Tells all that is due, one after the other, until the receiver fails. */
    tick: (signal: AbortSignal) =>
      drain({ claim: store.claim, work: deliver, fail: recordFailure, signal, log }),
  }
}

function about({ notification: { id, type }, attempts }: AlertClaim) {
  return { notificationId: id, type, attempts }
}
