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
  /** Whether the import that we know left it: ElevenLabs answers the number by it, or has just made it. */
  isOfImport: boolean
  /** Whether servers and people set it, too, where they know no better. */
  isLastResort: boolean
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
  /**
   * What an import of the number left at Twilio, if that is to be seen there and not known. Once it was read,
   * a number that ElevenLabs answers keeps it, whatever somebody sets. What is shown of any other may be of an
   * import that was made since, and that we do not know yet. Where nothing is to be seen or known, it is the last
   * resort, about to be set, and not of the import.
   */
  leftByImport(
    number: MarkedNumber,
    owned: OwnedNumber,
    isJustImported: boolean,
  ): LeftByImport | undefined
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

  const isLastResort = (voiceUrl: string) => isSameWebhook(voiceUrl, routes.lastResort.voiceUrl)

  /**
   * Which of its hosts ElevenLabs chose is not known before it was read; until then any of them is right, but
   * for the last resort that somebody set.
   */
  function sameVoice(
    { import: { urls_read, last_resort_set } }: MarkedNumber,
    { voiceUrl }: OwnedNumber,
    wanted: NumberRouting,
  ): boolean {
    if (urls_read || (last_resort_set && isLastResort(voiceUrl))) return false
    return isVoiceUrl(voiceUrl) && isVoiceUrl(wanted.voiceUrl)
  }

  /**
   * ElevenLabs needs its own to keep its books, so only what we set ourselves is released: our own, or the last
   * resort, of a number whose import is known to have left another, or not to have left it.
   */
  function statusChange(
    number: MarkedNumber,
    { statusCallback, notPosted }: OwnedNumber,
    answering: Answering,
  ) {
    const { ours, agents } = routes.statusUrls
    const { statusUrl: lastResort } = routes.lastResort
    const isKnown = number.import.urls_read || number.import.last_resort_set
    const isWrong = isKnown && isSameWebhook(statusCallback, lastResort)
    const isOurs = isOurStatusUrl(statusCallback) || (isWrong && agents(number) !== lastResort)
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

    leftByImport(number, { voiceUrl, statusCallback }, isJustImported) {
      const isInUse = needsImport(number)
      const { urls_read, last_resort_set, voice_url } = number.import
      if (isInUse && urls_read) return undefined
      if (!isVoiceUrl(voiceUrl)) {
        const isSet = isInUse && voice_url === null && !last_resort_set
        return isSet ? { ...routes.lastResort, isOfImport: false, isLastResort: true } : undefined
      }
      const isKnown = statusCallback !== '' && !isOurStatusUrl(statusCallback)
      return {
        voiceUrl,
        statusUrl: isKnown ? statusCallback : null,
        isOfImport: isInUse || isJustImported,
        isLastResort: isLastResort(voiceUrl),
      }
    },
  }
}
