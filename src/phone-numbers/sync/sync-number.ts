import { type Carrier, CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { OwnedNumber, Telephony } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { checkMark, type MarkedNumber } from '../quarantine-mark.ts'
import type { CompareSettings, LeftByImport } from './settings-difference.ts'

export type Sync = (
  number: MarkedNumber,
  agentId: string,
  beforeChange?: () => Promise<unknown>,
  isJustImported?: boolean,
) => Promise<{ changed: string[]; carriers: Carrier[] }>

/** ElevenLabs does not know the id of the number's import any more, so it cannot answer its calls. */
export class ImportGone extends Error {
  override name = 'ImportGone'
}

/** Remembers what the import of a number left at Twilio. */
export type NoteImportUrls = (number: MarkedNumber, left: LeftByImport) => Promise<unknown>

/** @throws CarrierError where its SID is another's at Twilio: that one is not to be changed, nor judged by */
export function checkIsOf({ phone_number }: MarkedNumber, { sid, phoneNumber }: OwnedNumber): void {
  if (phoneNumber === phone_number) return
  throw new CarrierError(
    'twilio',
    'incomingPhoneNumbers.fetch',
    'rejected',
    `${sid} is ${phoneNumber}, not ${phone_number}`,
  )
}

/**
 * The only code that configures a number in the outside world. Computes what Twilio and ElevenLabs
 * should hold for it, reads both, changes only the difference (calling `beforeChange` first), and
 * reads back. Repeating it is harmless. Answers what it changed, and which carriers it asked.
 * Of a number that is `isJustImported`, by whoever holds it now, what Twilio shows is what the import left. Only
 * Twilio's side is changed of it then, and how it is after that Twilio's answer says: it is read once.
 * @throws CarrierError; `bad_reply` when a change was accepted but did not stay
 * @throws MarkInDoubt, ImportGone; before anything was changed
 */
export function createSync(deps: {
  telephony: Telephony
  voiceAgents: VoiceAgents
  compare: CompareSettings
  noteImportUrls: NoteImportUrls
}): Sync {
  const { telephony, voiceAgents, compare } = deps

  async function differences(number: MarkedNumber, agentId: string, isJustImported: boolean) {
    const { twilio_phone_sid: sid, elevenlabs_phone_id: voiceId } = number
    if (!sid)
      throw new Error(`${number.phone_number} has no Twilio SID, so there is nothing to configure`)
    const [owned, imported] = await Promise.all([
      telephony.getNumber(sid),
      voiceId && compare.needsImport(number) ? importOf(number, voiceId) : undefined,
    ])
    checkIsOf(number, owned)
    if (imported && imported.phoneNumber !== number.phone_number) {
      throw new CarrierError(
        'elevenlabs',
        'phoneNumbers.get',
        'rejected',
        `${imported.id} is ${imported.phoneNumber}, not ${number.phone_number}`,
      )
    }
    checkMark(number, owned.smsUrl)
    await rememberImport(number, owned, isJustImported)
    const carriers: Carrier[] = imported ? ['twilio', 'elevenlabs'] : ['twilio']
    return { sid, carriers, imported, ...compare.settings(number, agentId, owned, imported) }
  }

  async function importOf({ phone_number }: MarkedNumber, id: string) {
    try {
      return await voiceAgents.getNumber(id)
    } catch (error) {
      if (error instanceof CarrierError && error.kind === 'not_found')
        throw new ImportGone(
          `ElevenLabs does not know ${id}, the import of ${phone_number}, any more`,
        )
      throw error
    }
  }

  /** Before anything is changed, because nobody can tell afterwards. */
  async function rememberImport(
    number: MarkedNumber,
    owned: OwnedNumber,
    isJustImported: boolean,
  ): Promise<void> {
    const left = compare.leftByImport(number, owned, isJustImported)
    if (left) await deps.noteImportUrls(number, left)
  }

  return async (number, agentId, beforeChange, isJustImported = false) => {
    const diff = await differences(number, agentId, isJustImported)
    const { names: changed, carriers } = diff
    if (changed.length === 0) return { changed, carriers }

    await beforeChange?.()
    const [owned] = await Promise.all([
      Object.keys(diff.changes).length > 0
        ? telephony.updateSettings(diff.sid, diff.changes)
        : undefined,
      diff.agentOf && voiceAgents.assignAgent(diff.agentOf, agentId),
    ])
    const { names: left } =
      isJustImported && owned && !diff.agentOf
        ? compare.settings(number, agentId, owned, diff.imported)
        : await differences(number, agentId, isJustImported)
    if (left.length > 0) {
      throw new CarrierError(
        'twilio',
        'incomingPhoneNumbers.update',
        'bad_reply',
        `${left.join(', ')} of ${number.phone_number} did not stay as set`,
      )
    }
    return { changed, carriers }
  }
}
