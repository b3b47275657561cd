import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import type { Actor } from '../platform/actor.ts'
import { listAtCarriers } from './carrier-snapshot.ts'
import type { Confirm } from './confirm-discrepancy.ts'
import {
  describe,
  describeUnconfirmed,
  describeUnreadable,
  type Unconfirmed,
} from './describe-finding.ts'
import type { DriftOf } from './drift.ts'
import type { createFindAddressElsewhere } from './elsewhere/address.ts'
import type { createFindAskedElsewhere } from './elsewhere/asked.ts'
import type { createFindTextsElsewhere } from './elsewhere/texts.ts'
import {
  agrees,
  atTwilio,
  type Discrepancy,
  lackingImport,
  suspect,
  untaggedOf,
  waitingInVain,
} from './find-discrepancies.ts'
import type { createIsOurs } from './is-ours.ts'
import { leftToPerson } from './mass-change.ts'
import type { ReconcileStore } from './reconcile-store.ts'
import type { Repair } from './repair.ts'
import { countFindings, type Report } from './report.ts'

/** Fetches to confirm discrepancies that are under way at once. */
const CONFIRMING = 10

export type Sweep = (
  run: Pick<Report, 'mode' | 'cause'> & {
    /** Who asked for it, in whose name it repairs. */
    actor: Actor
    refused: string | null
    /** A person says that so many changes of one kind are as they should be. */
    acceptMany?: boolean
  },
  signal: AbortSignal,
) => Promise<Report | undefined>

/**
 * Compares the database with Twilio and ElevenLabs, and in the mode `repair` mends what it can.
 * Everything is confirmed before anything is changed; what cannot be confirmed is reported, and keeps
 * nothing else from being repaired. What would change too many numbers in one way is left to a person.
 * Stopped by the signal before anything is changed, it answers undefined; later it asks no more, and records
 * what it has done.
 * @throws CarrierError when a carrier cannot be listed; then nothing was concluded or changed
 */
export function createSweep(deps: {
  store: ReconcileStore
  telephony: Telephony
  voiceAgents: VoiceAgents
  driftOf: DriftOf
  isOurs: ReturnType<typeof createIsOurs>
  confirm: Confirm
  repair: Repair
  askedElsewhere: ReturnType<typeof createFindAskedElsewhere>
  /** Imports are left to persons. */
  manualImport: boolean
  textsElsewhere: ReturnType<typeof createFindTextsElsewhere>
  addressElsewhere: ReturnType<typeof createFindAddressElsewhere>
}): Sweep {
  const { store } = deps
  return async ({ mode, cause, actor, refused, acceptMany = false }, signal) => {
    const startedAt = new Date()
    const before = await store.inside()
    const atCarriers = await listAtCarriers({ ...deps, expected: before.numbers.length })
    const after = await store.inside()
    const isOurs = deps.isOurs(after.deployment)
    const untagged = untaggedOf(atCarriers, after)
    const released = new Set(untagged.length > 0 ? await store.released(untagged) : [])
    const discrepancies = suspect(before, atCarriers, after, {
      driftOf: deps.driftOf,
      isOurs,
      released,
    })
    const { confirmed, unconfirmed } = await confirmAll(
      discrepancies,
      (each) => deps.confirm(each, isOurs),
      signal,
    )
    if (signal.aborted) return undefined

    const present = after.numbers
      .filter((number) => number.ghost_since && atTwilio(number, atCarriers, isOurs))
      .map(({ id }) => id)
    const agreeing = after.numbers
      .filter((number) => number.mark_doubt !== null && agrees(number, atCarriers, isOurs))
      .map(({ id }) => id)
    if (mode === 'repair' && agreeing.length > 0) await store.endDoubts(actor, agreeing)
    const held = acceptMany ? new Set() : leftToPerson(confirmed, after.numbers.length)
    const decided = confirmed.filter((each) => !held.has(each))
    const repaired =
      mode === 'repair' ? await deps.repair(actor, decided, present, signal) : decided.map(describe)
    if (mode === 'repair') {
      await store.recheckOrders(actor, waitingInVain(after, atCarriers, isOurs))
      if (!deps.manualImport)
        await store.tryStoppedImport(actor, lackingImport(after, atCarriers, isOurs))
      await store.tryStoppedPurchase(actor)
    }
    // Only now what may take long, agent by agent, and ends in nothing but words.
    const asked = await deps.askedElsewhere(after.numbers, signal)
    const texts = await deps.textsElsewhere(after.numbers, signal)
    const findings = [
      ...repaired,
      ...confirmed
        .filter((each) => held.has(each))
        .map((each) => ({ ...describe(each), action: 'held' as const })),
      ...asked.findings,
      ...(texts ?? []),
      ...deps.addressElsewhere(),
      ...unconfirmed.map(describeUnconfirmed),
      ...atCarriers.unreadable.map(describeUnreadable),
    ]
    return store.record({
      mode,
      cause,
      startedAt,
      refused,
      findings,
      counts: {
        numbers: atCarriers.bySid.size,
        ...countFindings(findings),
        // Nothing may be concluded from there being no finding of what was not asked any more, or not answered.
        unasked: asked.unasked + (texts ? 0 : 1),
        unanswered: asked.unanswered,
        due: after.numbers.filter(({ sync_due }) => sync_due).length,
      },
    })
  }
}

async function confirmAll(
  discrepancies: Discrepancy[],
  confirm: (discrepancy: Discrepancy) => ReturnType<Confirm>,
  signal: AbortSignal,
): Promise<{ confirmed: Discrepancy[]; unconfirmed: Unconfirmed[] }> {
  const confirmed: Discrepancy[] = []
  const unconfirmed: Unconfirmed[] = []
  const left = discrepancies.values()
  const worker = async () => {
    for (const discrepancy of left) {
      if (signal.aborted) return
      try {
        const still = await confirm(discrepancy)
        if (still) confirmed.push(still)
      } catch (thrown) {
        if (!(thrown instanceof CarrierError)) throw thrown
        unconfirmed.push({ discrepancy, reason: thrown.message })
      }
    }
  }
  await Promise.all(Array.from({ length: CONFIRMING }, worker))
  return { confirmed, unconfirmed }
}
