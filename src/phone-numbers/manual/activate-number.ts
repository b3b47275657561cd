import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { Actor } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { phoneOf } from '../orders/order.ts'
import type { OrderRunner } from '../orders/order-runner.ts'
import type { PhoneNumberStatus } from '../phone-number.ts'
import type { PhoneNumberStore } from '../phone-number-store.ts'

export type Activate = (
  actor: Actor,
  phoneNumber: string,
  elevenLabsPhoneId: string,
) => Promise<{ status: PhoneNumberStatus }>

/**
 * Finishes a number that was imported by hand, for the first time or anew: checks that the id is this
 * number's, then settles it, always, because an import in the dashboard has taken over its SMS URL.
 * Repeating it is harmless.
 * @throws AppError phone_number_not_found, elevenlabs_id_mismatch, wrong_state, busy;
 *   carrier_failed when it was not settled and will not be without a person
 */
export function createActivate(deps: {
  numbers: PhoneNumberStore
  voiceAgents: VoiceAgents
  runner: OrderRunner
  /** Settles a number that is live; never fails. */
  settleNumber: (phoneNumberId: string) => Promise<void>
  /** Aborts when the server stops: what is under way is finished, and no further step begun. */
  stopping: AbortSignal
}): Activate {
  return async (actor, phoneNumber, elevenLabsPhoneId) => {
    await deps.numbers.checkActivation(phoneNumber, elevenLabsPhoneId)
    await checkBelongs(deps.voiceAgents, phoneNumber, elevenLabsPhoneId)
    const activation = await deps.numbers.beginActivation(actor, phoneNumber, elevenLabsPhoneId)
    if (!activation.order) {
      await deps.settleNumber(activation.id)
      return { status: activation.status }
    }
    const order = await deps.runner.advance(activation.order, deps.stopping)
    if (order.status === 'needs_person') {
      throw new AppError(
        'carrier_failed',
        `${phoneNumber} could not be finished: ${order.last_error}. Mend that, then send this again`,
      )
    }
    return { status: phoneOf(order).status }
  }
}

/** @throws AppError elevenlabs_id_mismatch when ElevenLabs does not have the number under this id */
export async function checkBelongs(
  voiceAgents: VoiceAgents,
  phoneNumber: string,
  id: string,
): Promise<void> {
  try {
    const imported = await voiceAgents.getNumber(id)
    if (imported.phoneNumber === phoneNumber) return
  } catch (error) {
    if (
      !(error instanceof CarrierError && (error.kind === 'not_found' || error.kind === 'rejected'))
    )
      throw error
  }
  throw new AppError(
    'elevenlabs_id_mismatch',
    `ElevenLabs has no number ${phoneNumber} with the id "${id}": copy the id from its dashboard`,
  )
}
