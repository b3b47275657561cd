import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { MarkedNumber } from '../quarantine-mark.ts'
import type { CompareSettings } from '../sync/settings-difference.ts'

/** What the carriers have at this moment, against what they are to have. */
export type CarriersNow =
  /** `wrong`: the names of settings that are not as they are to be. */
  { asked: true; wrong: string[] } | { asked: false; reason: string }

export type ReadCarriers = (number: MarkedNumber, agentId: string) => Promise<CarriersNow>

/** Asks what `sync` asks, and changes nothing. Never fails: what cannot be asked is said so. */
export function createReadCarriers(deps: {
  telephony: Pick<Telephony, 'getNumber'>
  voiceAgents: Pick<VoiceAgents, 'getNumber'>
  compare: CompareSettings
}): ReadCarriers {
  const { telephony, voiceAgents, compare } = deps
  return async (number, agentId) => {
    const { twilio_phone_sid: sid, elevenlabs_phone_id: voiceId } = number
    if (!sid) return { asked: false, reason: 'it has no Twilio SID' }
    try {
      const [owned, imported] = await Promise.all([
        telephony.getNumber(sid),
        voiceId && compare.needsImport(number) ? voiceAgents.getNumber(voiceId) : undefined,
      ])
      return { asked: true, wrong: compare.settings(number, agentId, owned, imported).names }
    } catch (thrown) {
      if (thrown instanceof CarrierError) return { asked: false, reason: thrown.message }
      throw thrown
    }
  }
}

/** Why it is not known that a text, or a call, takes the way it should; undefined where it is. */
export function doubtAbout(
  carriersNow: CarriersNow | undefined,
  settings: string[],
): string | undefined {
  if (!carriersNow) return undefined
  if (!carriersNow.asked)
    return `Whether the carriers send it here could not be asked: ${carriersNow.reason}.`
  const wrong = carriersNow.wrong.filter((name) => settings.includes(name))
  return wrong.length > 0
    ? `But ${wrong.join(', ')} is not as it is to be at the carriers now, so it may go elsewhere.`
    : undefined
}
