import type { OwnedNumber } from '../carriers/ports/telephony.ts'
import type { ImportedNumber } from '../carriers/ports/voice-agents.ts'
import type { NumberUrls } from '../phone-numbers/sync/number-urls.ts'
import type { CompareSettings } from '../phone-numbers/sync/settings-difference.ts'
import type { KnownNumber } from './database-snapshot.ts'

/** What is not as it is to be: names of settings, or an id that is another, or gone. */
export type DriftOf = (
  number: KnownNumber,
  owned: OwnedNumber,
  imported: ImportedNumber | undefined,
) => string[]

export const SID_CHANGED = 'twilio_phone_sid'
export const IMPORT_GONE = 'elevenlabs_phone_id'

/** Asks of what was read already the question that `sync` asks of what it reads. */
export function createDriftOf(deps: {
  compare: CompareSettings
  routes: NumberUrls
  agentId: string
}): DriftOf {
  const { compare, routes } = deps
  return (number, owned, imported) => {
    const isGone = number.import.state === 'gone' || (number.elevenlabs_phone_id && !imported)
    if (isGone && number.status !== 'quarantined') return [IMPORT_GONE]
    if (routes.lacksImport(number)) return [IMPORT_GONE]
    const { names } = compare.settings(number, number.agent_id ?? deps.agentId, owned, imported)
    return owned.sid === number.twilio_phone_sid ? names : [SID_CHANGED, ...names]
  }
}

/** Whether nothing is at work on the number that would explain a difference. */
export function isAtRest(number: KnownNumber): boolean {
  return (
    number.status !== 'purchasing' &&
    number.order_status === null &&
    !number.sync_due &&
    !number.releasing
  )
}
