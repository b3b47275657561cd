import { type Background, within } from '../../platform/background.ts'
import type { Logger } from '../../platform/logger.ts'
import { drain } from '../../platform/work-queue.ts'
import { renderPayload } from '../payload.ts'
import type { DeliveryClaim, DeliveryStore } from './delivery-store.ts'
import type { Outcome, PostWebhook } from './post-webhook.ts'
import { pauseAfter } from './retry-times.ts'
import { signedHeaders } from './secret.ts'

/** Requests under way at a time: each only waits, for 15 seconds at most. */
const MOST = 64
/** Of one endpoint, so that one that is slow leaves room for all others. */
const MOST_OF_ONE = 4

const NOT_SENT: Outcome = {
  result: 'failed',
  statusCode: null,
  answer: null,
  error: 'could not be sent',
}

/**
 * Tells endpoints what has happened: at least once each, in no certain order, and every try with the same
 * `webhook-id`. Endpoints take turns.
 */
export function createDeliveries(deps: {
  store: DeliveryStore
  post: PostWebhook
  background: Background
  /** How long a tick waits for what is slow. */
  waitMs: number
  log: Logger
}) {
  const { store, log } = deps
  const slots = { free: MOST }
  const underWay = new Map<string, number>()
  let last: string | null = null
  let taken = 0
  let claiming: Promise<unknown> = Promise.resolve()

  /** One after the other, or two could take the last place of an endpoint together. */
  function claim(): Promise<DeliveryClaim | null> {
    const claimed = claiming.then(async () => {
      const busy = [...underWay].filter(([, count]) => count >= MOST_OF_ONE).map(([id]) => id)
      const next = await store.claim(last, busy)
      if (next) {
        taken += 1
        last = next.endpoint_id
        underWay.set(last, (underWay.get(last) ?? 0) + 1)
      }
      return next
    })
    claiming = claimed.catch(() => {})
    return claimed
  }

  function end({ endpoint_id: id }: DeliveryClaim): void {
    const left = (underWay.get(id) ?? 1) - 1
    if (left > 0) underWay.set(id, left)
    else underWay.delete(id)
  }

  async function deliver(item: DeliveryClaim, signal: AbortSignal): Promise<void> {
    const body = renderPayload(item.event)
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Orgline-Webhooks/1',
      ...signedHeaders(item.secrets, item.event.id, new Date(), body),
    }
    await record(item, await deps.post(item.url, headers, body, signal))
  }

  async function record(item: DeliveryClaim, outcome: Outcome): Promise<void> {
    await store.record(item, outcome, pauseAfter(item.attempts))
    log.debug({ deliveryId: item.id, endpointId: item.endpoint_id, ...outcome }, 'event told')
  }

  /** `stopping`: nothing more is claimed, and whatever still waits for an answer is given up, to be told again. */
  function deliverDue(stopping: AbortSignal, isOver: AbortSignal = stopping): Promise<number> {
    return drain<DeliveryClaim>({
      claim,
      work: (item) => deliver(item, stopping).finally(() => end(item)),
      async fail(item, error) {
        if (stopping.aborted) return 'pause'
        log.error({ err: error, deliveryId: item.id }, 'an event cannot be told')
        await record(item, NOT_SENT)
        return 'next'
      },
      signal: isOver,
      log,
      slots,
    })
  }

  return {
    /** Tells all that is due, to its end. @returns how much that was */
    deliverDue,
    /** The same, but does not wait for what is slow: the next tick goes on with all others. */
    async tick(stopping: AbortSignal): Promise<number> {
      const before = taken
      await within(
        deps.waitMs,
        (isOver) => deliverDue(stopping, AbortSignal.any([stopping, isOver])),
        {
          background: deps.background,
          onError: (err) => log.error({ err }, 'events cannot be told for now'),
        },
      )
      return taken - before + underWay.size
    },
  }
}
