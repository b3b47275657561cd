import { type SmsStatus, smsStatusOf } from '../phone-numbers/phone-number.ts'
import { placeOf } from '../phone-numbers/place-of.ts'
import type { LeaveAlone } from '../phone-numbers/sync/leave-alone.ts'
import type { Actor } from '../platform/actor.ts'
import { isNothingToRecord, toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { describe, describeUnrepaired } from './describe-finding.ts'
import { IMPORT_GONE } from './drift.ts'
import type { Discrepancy } from './find-discrepancies.ts'
import type { ReconcileStore } from './reconcile-store.ts'
import type { Finding } from './report.ts'

type Of<C extends Discrepancy['class']> = Extract<Discrepancy, { class: C }>

/**
 * Does about each confirmed finding what can be done without a person; each change proves in its own
 * transaction that it still applies. Repeating it changes nothing more. What fails for one of them is
 * reported as `unconfirmed`, and keeps nothing else from being repaired.
 * @throws AppError where the database is away
 */
export function createRepair(deps: {
  store: ReconcileStore
  /** Syncs every number that is due. */
  syncDue: (signal: AbortSignal) => Promise<unknown>
  leaveAlone: LeaveAlone
  usSmsStatus: SmsStatus
  log: Logger
}) {
  const { store } = deps

  /** `isSpare`: another number that the same order bought is left to the order. */
  async function adopt(
    actor: Actor,
    { owned, orderId }: Of<'orphan_paid'>,
    isSpare: boolean,
  ): Promise<Partial<Finding>> {
    const place = placeOf(owned.phoneNumber)
    const { result, organization_id } = await store.adopt(actor, {
      orderId,
      phoneNumber: owned.phoneNumber,
      ...place,
      capabilities: owned.capabilities,
      smsStatus: smsStatusOf(place.country, owned.capabilities, deps.usSmsStatus),
      twilioPhoneSid: owned.sid,
      boughtAt: owned.boughtAt,
      spare: isSpare,
    })
    return { action: result === 'known' ? 'none' : result, organizationId: organization_id }
  }

  async function repairDrift(
    actor: Actor,
    { number, owned, what }: Of<'drift'>,
  ): Promise<Partial<Finding>> {
    if (what.includes(IMPORT_GONE)) {
      const { ordered, held } = await store.orderImport(
        actor,
        number.id,
        number.elevenlabs_phone_id,
      )
      if (held) return { action: 'held' }
      return { action: ordered ? 'reimported' : 'none' }
    }
    return { action: (await store.makeDue(actor, number.id, owned.sid)) ? 'due' : 'none' }
  }

  /**
   * `actor`: who asked for it, as the audit log tells. `present`: the ids of numbers that are at Twilio, some of which may
   * have been missing before.
   */
  return async (
    actor: Actor,
    confirmed: Discrepancy[],
    present: string[],
    signal: AbortSignal,
  ): Promise<Finding[]> => {
    const missing = confirmed.flatMap((each) =>
      (each.class === 'ghost' || each.class === 'foreign') && each.number ? [each.number.id] : [],
    )
    const marked = await store.markGhosts(actor, missing, present)
    const done: { discrepancy: Discrepancy; finding: Finding }[] = []
    for (const [index, discrepancy] of confirmed.entries()) {
      const finding = await mend(actor, discrepancy, confirmed.slice(index + 1), marked)
      done.push({ discrepancy, finding })
    }
    const due = done.flatMap(({ discrepancy, finding }) =>
      finding.action === 'due' && discrepancy.class === 'drift' ? [discrepancy.number.id] : [],
    )
    // What was adopted is to fall silent, and marked, now.
    const isAnyDue = done.some(({ finding }) => ['due', 'adopted'].includes(finding.action))
    if (isAnyDue) await deps.syncDue(signal)
    const left = new Set(due.length > 0 ? await store.stillDue(due) : [])
    return done.map(({ discrepancy, finding }) =>
      finding.action === 'due' && discrepancy.class === 'drift' && !left.has(discrepancy.number.id)
        ? { ...finding, action: 'synced' }
        : finding,
    )
  }

  async function mend(
    actor: Actor,
    discrepancy: Discrepancy,
    rest: Discrepancy[],
    marked: string[],
  ): Promise<Finding> {
    try {
      return { ...describe(discrepancy), ...(await act(actor, discrepancy, rest, marked)) }
    } catch (thrown) {
      if (isNothingToRecord(thrown)) throw thrown
      const error = toError(thrown)
      const unrepaired = describeUnrepaired({ discrepancy, reason: error.message })
      deps.log.error({ err: error, twilioSid: unrepaired.twilioSid }, 'a finding is not repaired')
      return unrepaired
    }
  }

  async function act(
    actor: Actor,
    discrepancy: Discrepancy,
    rest: Discrepancy[],
    marked: string[],
  ): Promise<Partial<Finding>> {
    switch (discrepancy.class) {
      case 'orphan_paid':
        return adopt(
          actor,
          discrepancy,
          discrepancy.orderId !== null &&
            rest.some(
              (each) => each.class === 'orphan_paid' && each.orderId === discrepancy.orderId,
            ),
        )
      case 'drift':
        return repairDrift(actor, discrepancy)
      case 'ghost':
      case 'foreign':
        return discrepancy.number && marked.includes(discrepancy.number.id)
          ? { action: 'marked' }
          : {}
      case 'in_doubt':
        await deps.leaveAlone(discrepancy, actor)
        return {}
      default:
        return {}
    }
  }
}

export type Repair = ReturnType<typeof createRepair>
