import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { backoffMs } from '../../platform/backoff.ts'
import { isNothingToRecord, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { drain } from '../../platform/work-queue.ts'
import { orderErrorInWords } from '../../telephony/order-error.ts'
import type { SmsStatus } from '../phone-number.ts'
import { MarkInDoubt } from '../quarantine-mark.ts'
import type { LeaveAlone } from '../sync/leave-alone.ts'
import type { NumberUrls } from '../sync/number-urls.ts'
import { ImportGone, type Sync } from '../sync/sync-number.ts'
import { buy, PurchaseNotSent } from './buy-step.ts'
import { choose, NothingForSale } from './choose-step.ts'
import { type EarlyImport, findImportEarly } from './early-import.ts'
import { ImportLeftToPerson, importNumber } from './import-step.ts'
import { isLeased, type LeasedOrder, type Order, phoneOf } from './order.ts'
import { OrderProblem } from './order-error.ts'
import type { Claim, OrderStore } from './order-store.ts'
import { createSearches } from './searches.ts'

const LEFT_ELSEWHERE =
  'orders wait, and nothing is bought: PUBLIC_URL is not the address the numbers were last pointed at. If the deployment moved here, POST /api/admin/reconcile with "mode": "repair" and "acceptPublicUrl": true; a copy of it needs an empty database of its own'

const BROKEN_OFF = 'order run broke off; it goes on when its lease is over'

export interface OrderRunnerDeps {
  store: OrderStore
  telephony: Telephony
  voiceAgents: VoiceAgents
  sync: Sync
  leaveAlone: LeaveAlone
  routes: NumberUrls
  log: Logger
  /** For numbers that are for no agent of their own. */
  agentId: string
  manualImport: boolean
  /** Of the Twilio token that imports are made with. */
  tokenHash: string
  /** Whether imports may still be made with the token before that. */
  hasFormerToken: boolean
  usSmsStatus: SmsStatus
  backoffMs: number
  backoffMaxMs: number
  accountPauseMs: number
  maxAttempts: number
  concurrency: number
}

/** What one worker knows of an order while it holds it. */
interface Lease {
  /** What the order has bought was looked for. */
  hasSearched: boolean
  /** Of the number that it buys. */
  earlyImport?: EarlyImport | undefined
  /** The last step made an import of its number. */
  isJustImported: boolean
}

/** Candidates that went to others, and leases that were left to run out, are attempts, too. */
class AttemptsUsedUp extends Error {
  override name = 'AttemptsUsedUp'
  /** What it met last, as rows keep it. */
  readonly kept: string

  constructor({ last_error, step }: Order) {
    const kept = last_error ?? `no server has finished the step "${step}" before its lease was over`
    super(orderErrorInWords(kept))
    this.kept = kept
  }
}

export type OrderRunner = ReturnType<typeof createOrderRunner>

/** Works orders off: one committed step after the other, each repeatable after a crash. */
export function createOrderRunner(deps: OrderRunnerDeps) {
  const { store, log } = deps
  const searches = createSearches(deps.telephony)

  /**
   * Takes the given order as far as it goes now. Stops between two steps when
   * the signal aborts. `status` not claimed: nothing was done.
   */
  async function run(
    orderId: string,
    signal: AbortSignal,
  ): Promise<{ status: Claim['status']; order: Order | undefined }> {
    const claim = heed(await store.claim(orderId))
    if (claim.status !== 'claimed' || !claim.order)
      return { status: claim.status, order: claim.order ?? undefined }
    return { status: 'claimed', order: await advance(claim.order, signal) }
  }

  /** Whether it was told last that orders wait for another server. */
  let isLeftElsewhere = false

  /** That orders wait because this is not where the numbers point is told once, and not by every tick. */
  function heed(claim: Claim): Claim {
    const isElsewhere = claim.status === 'elsewhere'
    if (isElsewhere && !isLeftElsewhere) log.warn(LEFT_ELSEWHERE)
    isLeftElsewhere = isElsewhere
    return claim
  }

  /** Goes on with an order that is leased already. */
  async function advance(leased: Order, signal: AbortSignal): Promise<Order> {
    let order = leased
    const lease: Lease = { hasSearched: false, isJustImported: false }
    while (isLeased(order) && !signal.aborted) {
      order = await attempt(order, lease)
    }
    if (isLeased(order)) await store.release(order)
    return order
  }

  async function attempt(order: LeasedOrder, lease: Lease): Promise<Order> {
    try {
      return await step(order, lease)
    } catch (error) {
      const back = error instanceof ImportGone && (await importAgain(order, error))
      if (back) return back
      // The lease's end frees the order. Whatever else went wrong counts, or it would for ever.
      if (isNothingToRecord(error)) throw error
      log.warn({ err: toError(error), orderId: order.id, step: order.step }, 'order step failed')
      return recordFailure(order, error)
    }
  }

  function step(order: LeasedOrder, lease: Lease): Promise<Order> {
    const agentId = order.agent_id ?? deps.agentId
    if (order.attempts >= deps.maxAttempts) throw new AttemptsUsedUp(order)
    switch (order.step) {
      case 'choose':
        return choose(order, { ...deps, searches }).then((chosen) => {
          lease.hasSearched = true
          return chosen
        })
      case 'buy':
        return buy(order, {
          ...deps,
          ...lease,
          askAhead: () => {
            lease.earlyImport = findImportEarly(order, deps)
          },
        })
      case 'import': {
        const { earlyImport } = lease
        // An order that comes back here wants to know how it is by then.
        lease.earlyImport = undefined
        return importNumber(order, {
          ...deps,
          agentId,
          earlyImport,
          onMade: () => {
            lease.isJustImported = true
          },
        })
      }
      case 'sync': {
        const { isJustImported } = lease
        // Whatever comes next reads first.
        lease.isJustImported = false
        return deps
          .sync(phoneOf(order), agentId, () => store.renew(order), isJustImported)
          .then(({ carriers }) => store.recordSynced(order, carriers))
      }
      case 'done':
        throw new Error(`order ${order.id} is done and cannot be worked on`)
    }
  }

  /**
   * Somebody has deleted the import meanwhile: the order goes back and looks for it, or makes another.
   * Null where ElevenLabs says so of too many numbers: that is a failure like any other.
   */
  function importAgain(order: LeasedOrder, gone: ImportGone): Promise<Order | null> {
    log.warn({ err: gone, orderId: order.id }, 'the import is gone; it is looked for, or made anew')
    return store.recordImportGone(order, phoneOf(order).elevenlabs_phone_id ?? '')
  }

  async function recordFailure(order: LeasedOrder, thrown: unknown): Promise<Order> {
    if (thrown instanceof MarkInDoubt) await deps.leaveAlone(thrown)
    const notSent = thrown instanceof PurchaseNotSent
    const error = notSent ? thrown.cause : toError(thrown)
    const failure = { error: keptOf(error), notSent }
    if (error instanceof CarrierError && error.kind === 'account') {
      return store.pauseCarrier(order, {
        ...failure,
        carrier: error.carrier,
        pauseMs: deps.accountPauseMs,
      })
    }
    const stopping = { ...failure, byCarrier: error instanceof CarrierError }
    if (isPermanent(error)) return store.recordPermanentFailure(order, stopping)
    return store.recordFailure(order, {
      ...stopping,
      delayMs: backoffMs(order.attempts, deps.backoffMs, deps.backoffMaxMs),
    })
  }

  /** Of all ticks of this process together: one that finds none free leaves the orders to the others. */
  const slots = { free: deps.concurrency }

  /** Works on all due orders until none is left; answers how many. Never fails. */
  async function tick(signal: AbortSignal): Promise<number | undefined> {
    try {
      return await drain({
        claim: claimDue,
        work: (order) => advance(order, signal),
        // What fails its steps record; here comes what they could not.
        fail: async ({ id: orderId }, err) => {
          log.error({ err, orderId }, BROKEN_OFF)
          return 'next'
        },
        signal,
        log,
        slots,
      })
    } catch (thrown) {
      log.error({ err: toError(thrown) }, BROKEN_OFF)
      return undefined
    }
  }

  async function claimDue(): Promise<Order | null> {
    const claim = heed(await store.claimNext())
    return claim.status === 'claimed' ? (claim.order ?? null) : null
  }

  return { run, advance, tick }
}

/** As rows keep it. */
function keptOf(error: Error): string {
  return error instanceof OrderProblem || error instanceof AttemptsUsedUp
    ? error.kept
    : error.message
}

/** Repeating would fail in the same way. */
function isPermanent(error: Error): boolean {
  if (error instanceof CarrierError) return error.kind === 'rejected' || error.kind === 'not_found'
  return (
    error instanceof AttemptsUsedUp ||
    error instanceof NothingForSale ||
    error instanceof ImportLeftToPerson ||
    error instanceof MarkInDoubt
  )
}
