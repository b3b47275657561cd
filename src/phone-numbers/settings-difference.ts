import type { ImportedNumber, NumberRouting, OwnedNumber, VoiceAgents } from '../carriers/ports.ts'
import type { PhoneNumber } from './phone-number.ts'
import { isAnswered, type Routes } from './routing.ts'

interface SettingsDifference {
  routing: Partial<NumberRouting>
  /** The id of the import that has another agent than the one wanted. */
  agentOf: string | undefined
  /** What differs, by name; empty where all is as it is to be. */
  names: string[]
}

export type CompareSettings = (
  number: PhoneNumber,
  agentId: string,
  owned: OwnedNumber,
  imported: ImportedNumber | undefined,
) => SettingsDifference

/** Compares what Twilio and ElevenLabs hold for a number with what they should hold. */
export function createCompareSettings(deps: {
  isVoiceUrl: VoiceAgents['isVoiceUrl']
  routes: Routes
}): CompareSettings {
  const { isVoiceUrl, routes } = deps

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
    return isVoiceUrl(owned.voiceUrl) && isVoiceUrl(wanted.voiceUrl)
  }

  return (number, agentId, owned, imported) => {
    const routing = routingChanges(owned, isAnswered(number) ? routes.answered : routes.unanswered)
    const wrongAgent = imported && number.status !== 'quarantined' && imported.agentId !== agentId
    const agentOf = wrongAgent ? imported.id : undefined
    return { routing, agentOf, names: [...Object.keys(routing), ...(agentOf ? ['agent'] : [])] }
  }
}
