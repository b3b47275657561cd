import { CarrierError, type CarrierErrorKind } from '../carriers/ports/carrier-error.ts'
import { type Erased, eraseConversation } from '../carriers/ports/erasure.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { CallReport, VoiceAgents } from '../carriers/ports/voice-agents.ts'
import { backoffMs } from '../platform/backoff.ts'
import type { Logger } from '../platform/logger.ts'
import { drain } from '../platform/work-queue.ts'
import type { DeletionClaim, DeletionStore } from './deletion-store.ts'

/** These say nothing of the other recordings. */
const ofOne: ReadonlySet<CarrierErrorKind> = new Set(['rejected', 'denied'])

/**
 * Ends recordings whose time is over, and deletes them at the carriers: on tape those of the call, and the whole
 * conversation, because the voice platform deletes no less. One tick of the `recordings` loop. Every step may be
 * repeated: what is gone already counts as deleted. A carrier that fails is left alone until the next tick.
 */
export function createDeleteRecordings(deps: {
  store: DeletionStore
  telephony: Pick<Telephony, 'eraseRecordings'>
  voiceAgents: Pick<VoiceAgents, 'getReport' | 'eraseConversation'>
  /** Keeps what a conversation says that nobody has reported. */
  recordReport: (report: CallReport) => Promise<unknown>
  /** 0: for ever. */
  days: number
  backoffMs: number
  backoffMaxMs: number
  log: Logger
}): { tick(signal: AbortSignal): Promise<unknown> } {
  const { store, telephony, voiceAgents, log } = deps

  async function deleteConversation(id: string, isReported: boolean): Promise<Erased> {
    if (!isReported) return eraseConversation(voiceAgents, id, keepReport)
    await voiceAgents.eraseConversation(id)
    return 'erased'
  }

  async function keepReport(report: CallReport): Promise<void> {
    if (report.state !== 'running') await deps.recordReport(report)
  }

  async function work(claim: DeletionClaim): Promise<void> {
    const { provider_call_id: sid, conversation_id: conversationId, is_reported } = claim
    const onTape = sid === null ? 'erased' : await telephony.eraseRecordings(sid)
    const said =
      conversationId === null ? 'erased' : await deleteConversation(conversationId, is_reported)
    if (onTape === 'unfinished' || said === 'unfinished') {
      await store.recordLeft(claim, {
        error: 'it counts as not over yet there, and what is not over cannot be deleted',
        delayMs: deps.backoffMaxMs,
        isUnfinished: true,
      })
      return
    }
    await store.recordDeleted(claim)
    log.info({ callId: claim.id }, 'recording deleted at the carriers')
  }

  return {
    async tick(signal) {
      while (deps.days > 0 && !signal.aborted && (await store.endOutdated(deps.days)));
      return drain({
        claim: store.claim,
        work,
        fail: async (claim, error) => {
          log.warn({ err: error, callId: claim.id }, 'recording not deleted; tried again')
          await store.recordLeft(claim, {
            error: error.message,
            delayMs: backoffMs(claim.attempts, deps.backoffMs, deps.backoffMaxMs),
            isUnfinished: false,
          })
          return error instanceof CarrierError && !ofOne.has(error.kind) ? 'pause' : 'next'
        },
        signal,
        log,
      })
    },
  }
}
