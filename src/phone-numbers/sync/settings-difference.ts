import type { NumberRouting, NumberSettings, OwnedNumber } from '../../carriers/ports/telephony.ts'
import type { ImportedNumber, VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { isSameWebhook, withoutFragment } from '../../carriers/webhook-url.ts'
import type { MarkedNumber } from '../quarantine-mark.ts'
import type { Answering, NumberUrls } from './number-urls.ts'

interface SettingsDifference {
  changes: Partial<NumberSettings>
  /** The id of the import that has another agent than the one wanted. */
  agentOf: string | undefined
  /** What differs, by name; empty where all is as it is to be. */
  names: string[]
}

export interface LeftByImport {
  voiceUrl: string
  /** Null: not to be seen. */
  statusUrl: string | null
  /** Whether ElevenLabs answers the number by the import that we know. */
  isInUse: boolean
}

export interface CompareSettings {
  settings(
    number: MarkedNumber,
    agentId: string,
    owned: OwnedNumber,
    imported: ImportedNumber | undefined,
  ): SettingsDifference
  /**
   * Whether ElevenLabs has to be asked. A number given up, or of a suspended organization, must fall
   * silent, and one that we answer speak, also when ElevenLabs is away, or has lost it.
   */
  needsImport(number: MarkedNumber): boolean
  /** What an import takes from a number at Twilio, and it is to have again; nothing of what an import leaves there. */
  clearedByImport(number: MarkedNumber): Partial<NumberSettings>
  /**
   * What an import of the number left at Twilio, if that is to be seen there and not known. Once it was read,
   * a number that ElevenLabs answers (`isInUse`) keeps it, whatever somebody sets. What is shown of any other
   * may be of an import that was made since, and that we do not know yet.
   */
  leftByImport(number: MarkedNumber, owned: OwnedNumber): LeftByImport | undefined
}

/** Compares what Twilio and ElevenLabs hold for a number with what they should hold. */
export function createCompareSettings(deps: {
  isVoiceUrl: VoiceAgents['isVoiceUrl']
  routes: NumberUrls
}): CompareSettings {
  const { isVoiceUrl, routes } = deps

  function routingChanges(
    number: MarkedNumber,
    owned: OwnedNumber,
    wanted: NumberRouting,
  ): Partial<NumberRouting> {
    const fields: (keyof NumberRouting)[] = [
      'voiceUrl',
      'voiceFallbackUrl',
      'smsUrl',
      'smsFallbackUrl',
    ]
    const wrong = fields.filter(
      (field) =>
        owned.notPosted.includes(field) ||
        (!isSameWebhook(owned[field], wanted[field]) &&
          !(field === 'voiceUrl' && sameVoice(number, owned, wanted))),
    )
    return Object.fromEntries(wrong.map((field) => [field, wanted[field]]))
  }

  /** Which of its hosts ElevenLabs chose is not known before it was read; until then any of them is right. */
  function sameVoice(number: MarkedNumber, owned: OwnedNumber, wanted: NumberRouting): boolean {
    return !number.import.urls_read && isVoiceUrl(owned.voiceUrl) && isVoiceUrl(wanted.voiceUrl)
  }

  /**
   * ElevenLabs needs its own to keep its books, so only what we set ourselves is released: our own, or the last
   * resort, of a number whose import is known to have left another.
   */
  function statusChange(
    number: MarkedNumber,
    { statusCallback, notPosted }: OwnedNumber,
    answering: Answering,
  ) {
    const { ours, agents, lastResort } = routes.statusUrls
    const isLastResort = number.import.urls_read && isSameWebhook(statusCallback, lastResort)
    const isOurs = isOurStatusUrl(statusCallback) || (isLastResort && agents(number) !== lastResort)
    const reachesUs = isSameWebhook(statusCallback, ours) && !notPosted.includes('statusCallback')
    if (answering === 'server' && !reachesUs) return { statusCallback: ours }
    if (answering === 'elevenlabs' && isOurs) return { statusCallback: agents(number) }
    return {}
  }

  /** At whatever address: the deployment may have moved. */
  function isOurStatusUrl(url: string): boolean {
    return withoutFragment(url).endsWith(new URL(routes.statusUrls.ours).pathname)
  }

  const needsImport = (number: MarkedNumber) => routes.answering(number) === 'elevenlabs'

  return {
    settings(number, agentId, owned, imported) {
      const answering = routes.answering(number)
      const changes = {
        ...routingChanges(number, owned, routes.of(number)),
        ...statusChange(number, owned, answering),
      }
      const isOthers = imported !== undefined && imported.phoneNumber !== number.phone_number
      const wrongAgent =
        imported && !isOthers && needsImport(number) && imported.agentId !== agentId
      const agentOf = wrongAgent ? imported.id : undefined
      const names = [
        ...Object.keys(changes),
        ...(agentOf ? ['agent'] : []),
        // What it says is of another number, and nothing of ours to change.
        ...(isOthers ? ['import'] : []),
      ]
      return { changes, agentOf, names }
    },
    needsImport,

    clearedByImport(number) {
      const { voiceFallbackUrl } = routes.of(number)
      return voiceFallbackUrl === '' ? {} : { voiceFallbackUrl }
    },

    leftByImport(number, { voiceUrl, statusCallback }) {
      const isInUse = needsImport(number)
      if ((isInUse && number.import.urls_read) || !isVoiceUrl(voiceUrl)) return undefined
      const isKnown = statusCallback !== '' && !isOurStatusUrl(statusCallback)
      return { voiceUrl, statusUrl: isKnown ? statusCallback : null, isInUse }
    },
  }
}
