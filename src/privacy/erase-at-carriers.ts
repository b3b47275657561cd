import { type Carrier, CarrierError } from '../carriers/ports/carrier-error.ts'
import { type Erased, eraseConversation } from '../carriers/ports/erasure.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import { backoffMs } from '../platform/backoff.ts'
import type { Logger } from '../platform/logger.ts'
import { drain } from '../platform/work-queue.ts'
import type { ErasureClaim, ErasureStore } from './erasure-store.ts'

/**
 * Erases at the carriers what they keep of erased customers. One tick of the `erasures` loop; what
 * fails, or is not over yet, is tried again by a later one. Each request may be repeated: what is
 * gone already counts as erased. A carrier that refuses our account is left alone until the next
 * tick; what the other has does not wait for it.
 */
export function createEraseAtCarriers(deps: {
  store: ErasureStore
  telephony: Pick<Telephony, 'eraseMessage' | 'eraseCall'>
  voiceAgents: Pick<VoiceAgents, 'getReport' | 'eraseConversation'>
  backoffMs: number
  backoffMaxMs: number
  log: Logger
}): { tick(signal: AbortSignal): Promise<unknown> } {
  const { store, telephony, voiceAgents, log } = deps

  function eraseThere(claim: ErasureClaim): Promise<Erased> {
    if (claim.kind === 'message') return telephony.eraseMessage(claim.provider_id)
    if (claim.kind === 'call') return telephony.eraseCall(claim.provider_id)
    return eraseConversation(voiceAgents, claim.provider_id, (report) =>
      store.recordCost(claim.id, report),
    )
  }

  async function erase(claim: ErasureClaim): Promise<void> {
    if ((await eraseThere(claim)) === 'unfinished') {
      await store.recordFailure(claim, {
        error: 'it counts as not over yet there, and what is not over cannot be erased',
        delayMs: deps.backoffMaxMs,
        isUnfinished: true,
      })
      return
    }
    await store.recordErased(claim)
    log.info(about(claim), 'erased at the carrier, too')
  }

  async function recordFailure(claim: ErasureClaim, error: Error): Promise<void> {
    log.warn({ err: error, ...about(claim) }, 'not erased at the carrier; tried again')
    await store.recordFailure(claim, {
      error: error.message,
      delayMs: backoffMs(claim.attempts, deps.backoffMs, deps.backoffMaxMs),
      isUnfinished: false,
    })
  }

  return {
    tick(signal) {
      const refusing: Carrier[] = []
      return drain({
        claim: () => store.claim(refusing),
        work: erase,
        fail: async (claim, error) => {
          await recordFailure(claim, error)
          if (error instanceof CarrierError && error.kind === 'account')
            refusing.push(error.carrier)
          return 'next'
        },
        signal,
        log,
      })
    },
  }
}

function about({ kind, provider_id: providerId }: ErasureClaim) {
  return { kind, providerId }
}
