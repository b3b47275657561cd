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
/** Of one organization, or of the operators, so that whoever's are slow leave room for all others. */
const MOST_OF_OWNER = 8
/** Of one endpoint, so that one that is slow leaves room for its owner's others. */
const MOST_OF_ENDPOINT = 4
/** Of one host, where many organizations may have their endpoints, and all are slow together. */
const MOST_OF_HOST = 8
/** Of endpoints that have failed lately, wherever they are: what they take may last until the time is out. */
const MOST_FAILING = MOST / 2

const NOT_SENT: Outcome = {
  result: 'failed',
  statusCode: null,
  answer: null,
  error: 'could not be sent',
}

/**
 * Tells endpoints what has happened: at least once each, in no certain order, and every try with the same
 * `webhook-id`. Owners take turns, and their endpoints with each other.
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
  const underWay = new Set<DeliveryClaim>()
  let last: string | null = null
  let taken = 0
  let claiming: Promise<unknown> = Promise.resolve()

  /** Of whom so much is under way. */
  function withEnough(whose: (item: DeliveryClaim) => string, most: number): string[] {
    const groups = [...Map.groupBy(underWay, whose)]
    return groups.filter(([, { length }]) => length >= most).map(([who]) => who)
  }

  /** One after the other, or two could take the last place of an owner together. */
  function claim(): Promise<DeliveryClaim | null> {
    const claimed = claiming.then(async () => {
      const next = await store.claim({
        after: last,
        busy: withEnough(({ owner_id }) => owner_id, MOST_OF_OWNER),
        underWay: [...underWay].map(({ endpoint_id }) => endpoint_id),
        most: MOST_OF_ENDPOINT,
        busyHosts: withEnough(({ host }) => host, MOST_OF_HOST),
        isHealthyOnly: [...underWay].filter((each) => each.is_failing).length >= MOST_FAILING,
      })
      if (next) {
        taken += 1
        last = next.owner_id
        underWay.add(next)
      }
      return next
    })
    claiming = claimed.catch(() => {})
    return claimed
  }

  async function report(item: DeliveryClaim, signal: AbortSignal): Promise<Outcome> {
    try {
      const body = renderPayload(item.event)
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Orgline-Webhooks/1',
        ...signedHeaders(item.secrets, item.event.id, new Date(), body),
      }
      return await deps.post(item.url, headers, body, signal)
    } catch (err) {
      signal.throwIfAborted()
      log.error({ err, deliveryId: item.id }, 'an event cannot be told')
      return NOT_SENT
    }
  }

  async function deliver(item: DeliveryClaim, signal: AbortSignal): Promise<void> {
    const outcome = await report(item, signal)
    await store.record(item, outcome, pauseAfter(item.attempts + 1))
    const { result, statusCode } = outcome
    log.debug(
      { deliveryId: item.id, endpointId: item.endpoint_id, result, statusCode },
      'event told',
    )
  }

  /** `stopping`: nothing more is claimed, and whatever still waits for an answer is given up, to be told again. */
  function deliverDue(stopping: AbortSignal, isOver: AbortSignal = stopping): Promise<number> {
    return drain<DeliveryClaim>({
      claim,
      work: (item) => deliver(item, stopping).finally(() => underWay.delete(item)),
      async fail(item, error) {
        // What came of it could not be recorded, so nothing is: the lease runs out, and it is told again.
        if (!stopping.aborted)
          log.error({ err: error, deliveryId: item.id }, 'what came of an event is not recorded')
        return 'pause'
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
