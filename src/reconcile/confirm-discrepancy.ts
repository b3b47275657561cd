import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import { judgeMark, markIn } from '../phone-numbers/quarantine-mark.ts'
import type { DriftOf } from './drift.ts'
import type { Suspicion } from './find-discrepancies.ts'
import type { IsOurs } from './is-ours.ts'

/**
 * Looks at the very number again, because a list is old by the time it is complete. Answers the
 * suspicion as it is now, or undefined where it has gone.
 * @throws CarrierError when the carrier cannot tell
 */
export function createConfirm(deps: {
  telephony: Telephony
  voiceAgents: VoiceAgents
  driftOf: DriftOf
}) {
  const { telephony, voiceAgents, driftOf } = deps
  const atTwilio = (sid: string) => unlessGone(telephony.getNumber(sid))
  const atElevenLabs = (id: string | null) =>
    id === null ? undefined : unlessGone(voiceAgents.getNumber(id))

  return async (suspicion: Suspicion, isOurs: IsOurs): Promise<Suspicion | undefined> => {
    switch (suspicion.class) {
      case 'orphan_paid':
      case 'foreign': {
        const owned = await atTwilio(suspicion.owned.sid)
        // Somebody has just named it anew: the next sweep sees whose it is.
        return owned?.friendlyName === suspicion.owned.friendlyName
          ? { ...suspicion, owned }
          : undefined
      }
      case 'ghost':
        return (await atTwilio(suspicion.number.twilio_phone_sid ?? '')) ? undefined : suspicion
      case 'drift': {
        const { number } = suspicion
        const [owned, imported] = await Promise.all([
          atTwilio(suspicion.owned.sid),
          atElevenLabs(number.elevenlabs_phone_id),
        ])
        if (!owned || !isOurs(number, owned)) return undefined
        const what = driftOf(number, owned, imported)
        return what.length > 0 ? { ...suspicion, owned, what } : undefined
      }
      case 'in_doubt': {
        const { number } = suspicion
        const owned = await atTwilio(suspicion.owned.sid)
        if (!owned || !isOurs(number, owned)) return undefined
        const shown = markIn(owned.smsUrl)
        return judgeMark(number, shown) === 'doubt' ? { ...suspicion, owned, shown } : undefined
      }
      case 'leftover': {
        // That Twilio lacks it is half of what a person is told, so Twilio is asked once more, too.
        const { id, phoneNumber } = suspicion.imported
        const [imported, owned] = await Promise.all([
          atElevenLabs(id),
          telephony.findNumber(phoneNumber),
        ])
        return imported && !owned ? suspicion : undefined
      }
    }
  }
}

export type Confirm = ReturnType<typeof createConfirm>

async function unlessGone<T>(fetched: Promise<T>): Promise<T | undefined> {
  try {
    return await fetched
  } catch (thrown) {
    if (thrown instanceof CarrierError && thrown.kind === 'not_found') return undefined
    throw thrown
  }
}
