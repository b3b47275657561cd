import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import type { WebhookRow } from './model.ts'

/** So many failures in a row disable a webhook that had no success for a week, or never one. */
const tooMany = 10
const week = 7 * 24 * 60 * 60

/** Notes how a delivery ended; only a 200 is a success. */
export function noteDelivery(world: World, webhook: WebhookRow, status: number): void {
  const now = unixNow()
  world.change(({ elevenlabs }) => {
    const before = elevenlabs.deliveries[webhook.webhook_id] ?? { failures: 0, lastSuccess: null }
    const after =
      status === 200
        ? { failures: 0, lastSuccess: now }
        : { ...before, failures: before.failures + 1 }
    elevenlabs.deliveries[webhook.webhook_id] = after
    if (status === 200) return
    webhook.most_recent_failure_error_code = status
    webhook.most_recent_failure_timestamp = now
    const forgiven = after.lastSuccess !== null && now - after.lastSuccess <= week
    if (after.failures >= tooMany && !forgiven) webhook.is_auto_disabled = true
  })
}

/** Ends what `noteDelivery` has disabled, and counts anew. */
export function enableAgain(world: World, webhook: WebhookRow): void {
  world.change(({ elevenlabs }) => {
    webhook.is_auto_disabled = false
    delete elevenlabs.deliveries[webhook.webhook_id]
  })
}
