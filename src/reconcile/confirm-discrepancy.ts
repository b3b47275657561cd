import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import { judgeMark, markIn } from '../phone-numbers/quarantine-mark.ts'
import type { DriftOf } from './drift.ts'
import type { Discrepancy } from './find-discrepancies.ts'
import type { IsOurs } from './is-ours.ts'

/**
 * Looks at the very number again, because a list is old by the time it is complete. Answers the
 * discrepancy as it is now, or undefined where it has gone.
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

  return async (discrepancy: Discrepancy, isOurs: IsOurs): Promise<Discrepancy | undefined> => {
    switch (discrepancy.class) {
      case 'orphan_paid':
      case 'foreign': {
        const owned = await atTwilio(discrepancy.owned.sid)
        // Somebody has just named it anew: the next sweep sees whose it is.
        return owned?.friendlyName === discrepancy.owned.friendlyName
          ? { ...discrepancy, owned }
          : undefined
      }
      case 'ghost':
        return (await atTwilio(discrepancy.number.twilio_phone_sid ?? '')) ? undefined : discrepancy
      case 'drift': {
        const { number } = discrepancy
        const [owned, imported] = await Promise.all([
          atTwilio(discrepancy.owned.sid),
          atElevenLabs(number.elevenlabs_phone_id),
        ])
        if (!owned || !isOurs(number, owned)) return undefined
        const what = driftOf(number, owned, imported)
        return what.length > 0 ? { ...discrepancy, owned, what } : undefined
      }
      case 'in_doubt': {
        const { number } = discrepancy
        const owned = await atTwilio(discrepancy.owned.sid)
        if (!owned || !isOurs(number, owned)) return undefined
        const shown = markIn(owned.smsUrl)
        return judgeMark(number, shown) === 'doubt' ? { ...discrepancy, owned, shown } : undefined
      }
      case 'leftover': {
        // That Twilio lacks it is half of what a person is told, so Twilio is asked once more, too.
        const { id, phoneNumber } = discrepancy.imported
        const [imported, owned] = await Promise.all([
          atElevenLabs(id),
          telephony.findNumber(phoneNumber),
        ])
        return imported && !owned ? discrepancy : undefined
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
