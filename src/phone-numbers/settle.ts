import {
  CarrierError,
  type NumberRouting,
  type OwnedNumber,
  type Telephony,
  type VoiceAgents,
} from '../carriers/ports.ts'
import type { PhoneNumber } from './phone-number.ts'
import type { Routes } from './routing.ts'

export type Settle = (
  number: PhoneNumber,
  agentId: string,
  beforeChange?: () => Promise<unknown>,
) => Promise<{ changed: string[] }>

/**
 * The only code that configures a number in the outside world. Computes what Twilio and ElevenLabs
 * should hold for it, reads both, changes only the difference (calling `beforeChange` first), and
 * reads back. Repeating it is harmless.
 * @throws CarrierError; `bad_reply` when a change was accepted but did not stay
 */
export function createSettle(deps: {
  telephony: Telephony
  voiceAgents: VoiceAgents
  routes: Routes
}): Settle {
  const { telephony, voiceAgents, routes } = deps

  async function differences(number: PhoneNumber, agentId: string) {
    const { twilio_phone_sid: sid, elevenlabs_phone_id: voiceId } = number
    if (!sid)
      throw new Error(`${number.phone_number} has no Twilio SID, so there is nothing to configure`)
    const [owned, imported] = await Promise.all([
      telephony.getNumber(sid),
      voiceId ? voiceAgents.getNumber(voiceId) : undefined,
    ])
    if (imported && imported.phoneNumber !== number.phone_number) {
      throw new CarrierError(
        'elevenlabs',
        'phoneNumbers.get',
        'rejected',
        `${imported.id} is ${imported.phoneNumber}, not ${number.phone_number}`,
      )
    }
    const isAnswered = imported && number.holder_status !== 'suspended'
    const routing = routingChanges(owned, isAnswered ? routes.answered : routes.unanswered)
    return {
      sid,
      routing,
      agentOf: imported && imported.agentId !== agentId ? imported.id : undefined,
    }
  }

  function routingChanges(owned: OwnedNumber, wanted: NumberRouting): Partial<NumberRouting> {
    const fields: (keyof NumberRouting)[] = [
      'voiceUrl',
      'voiceFallbackUrl',
      'smsUrl',
      'smsFallbackUrl',
    ]
    const wrong = fields.filter(
      (field) =>
        owned[field] !== wanted[field] && !(field === 'voiceUrl' && sameVoice(owned, wanted)),
    )
    return Object.fromEntries(wrong.map((field) => [field, wanted[field]]))
  }

  /** ElevenLabs is known to use several hosts for the same thing; any of them is right. */
  function sameVoice(owned: OwnedNumber, wanted: NumberRouting): boolean {
    return voiceAgents.isVoiceUrl(owned.voiceUrl) && voiceAgents.isVoiceUrl(wanted.voiceUrl)
  }

  const namesOf = (diff: Awaited<ReturnType<typeof differences>>) => [
    ...Object.keys(diff.routing),
    ...(diff.agentOf ? ['agent'] : []),
  ]

  return async (number, agentId, beforeChange) => {
    const diff = await differences(number, agentId)
    const changed = namesOf(diff)
    if (changed.length === 0) return { changed }

    await beforeChange?.()
    await Promise.all([
      Object.keys(diff.routing).length > 0 && telephony.updateRouting(diff.sid, diff.routing),
      diff.agentOf && voiceAgents.assignAgent(diff.agentOf, agentId),
    ])
    const left = namesOf(await differences(number, agentId))
    if (left.length > 0) {
      throw new CarrierError(
        'twilio',
        'incomingPhoneNumbers.update',
        'bad_reply',
        `${left.join(', ')} of ${number.phone_number} did not stay as set`,
      )
    }
    return { changed }
  }
}
