import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { Actor } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { OrderErrorInWords } from '../../telephony/order-error.ts'
import { phoneOf } from '../orders/order.ts'
import type { OrderRunner } from '../orders/order-runner.ts'
import type { PhoneNumberStatus } from '../phone-number.ts'
import type { PhoneNumberStore } from '../phone-number-store.ts'
import type { Tried } from '../sync/sync-worker.ts'

export type Activate = (
  actor: Actor,
  phoneNumber: string,
  elevenLabsPhoneId: string,
) => Promise<{
  status: PhoneNumberStatus
  /** It is at both carriers as it is to be; else it goes on by itself. */
  verified: boolean
}>

/**
 * Finishes a number that was imported manually, for the first time or anew: checks that the id is this
 * number's, then syncs it, always, because an import in the dashboard has taken over its SMS URL.
 * Repeating it is harmless.
 * @throws AppError phone_number_not_found, elevenlabs_id_mismatch, wrong_state, busy;
 *   carrier_failed when a carrier does not tell whose the id is, or what it tells keeps the number from
 *   being synced
 */
export function createActivate(deps: {
  numbers: PhoneNumberStore
  voiceAgents: VoiceAgents
  runner: OrderRunner
  /** Syncs a number that is live; never fails. */
  syncNumber: (phoneNumberId: string) => Promise<Tried>
  /** Aborts when the server stops: what is under way is finished, and no further step begun. */
  stopping: AbortSignal
}): Activate {
  return async (actor, phoneNumber, elevenLabsPhoneId) => {
    await deps.numbers.checkActivation(phoneNumber, elevenLabsPhoneId)
    await checkBelongs(deps.voiceAgents, phoneNumber, elevenLabsPhoneId)
    const activation = await deps.numbers.beginActivation(actor, phoneNumber, elevenLabsPhoneId)
    if (!activation.order) {
      const tried = await deps.syncNumber(activation.id)
      if (tried.result === 'failed') {
        throw new AppError(
          'carrier_failed',
          `${phoneNumber} has this import now, but could not be set up: ${tried.reason}. It is tried again by itself; send this again to see whether it was done`,
        )
      }
      return { status: activation.status, verified: tried.result === 'synced' }
    }
    const order = await deps.runner.advance(activation.order, deps.stopping)
    if (order.status === 'needs_attention') {
      throw new AppError(
        'carrier_failed',
        `${phoneNumber} could not be finished: ${OrderErrorInWords.parse(order.last_error)}. Repair that, then send this again`,
      )
    }
    return { status: phoneOf(order).status, verified: order.status === 'done' }
  }
}

/**
 * @throws AppError elevenlabs_id_mismatch when ElevenLabs does not have the number under this id;
 *   CarrierError when it does not tell
 */
export async function checkBelongs(
  voiceAgents: VoiceAgents,
  phoneNumber: string,
  id: string,
): Promise<void> {
  try {
    const imported = await voiceAgents.getNumber(id)
    if (imported.phoneNumber === phoneNumber) return
  } catch (error) {
    // Any other refusal is about the key, or about this moment, and says nothing of the id.
    if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
  }
  throw new AppError(
    'elevenlabs_id_mismatch',
    `ElevenLabs has no number ${phoneNumber} with the id "${id}": copy the id from its dashboard`,
  )
}
