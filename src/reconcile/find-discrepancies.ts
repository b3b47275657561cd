import type { OwnedNumber } from '../carriers/ports/telephony.ts'
import type { ImportedNumber } from '../carriers/ports/voice-agents.ts'
import { type Owner, ownerOf } from '../phone-numbers/ownership-tag.ts'
import { judgeMark, markIn } from '../phone-numbers/quarantine-mark.ts'
import type { CarrierState } from './carrier-snapshot.ts'
import type { Inside, KnownNumber } from './database-snapshot.ts'
import { type DriftOf, isAtRest } from './drift.ts'
import type { IsOurs } from './is-ours.ts'

/** What the comparison of the lists suggests; not yet confirmed. */
export type Discrepancy =
  /** `orderId` null: untagged, but ours once. */
  | { class: 'orphan_paid'; owned: OwnedNumber; orderId: string | null }
  /** `number`: as we have it, where it was ours. */
  | { class: 'foreign'; owned: OwnedNumber; owner: Owner; number: KnownNumber | undefined }
  | { class: 'ghost'; number: KnownNumber }
  | { class: 'drift'; number: KnownNumber; owned: OwnedNumber; what: string[] }
  /** `shown`: the mark of a quarantine that Twilio has. */
  | { class: 'in_doubt'; number: KnownNumber; owned: OwnedNumber; shown: string | null }
  | { class: 'leftover'; imported: ImportedNumber }

/**
 * Compares what was read before and after the carriers were listed with what they list. A number is
 * missing only if it was here before the list was made and still is; it is unknown only if it is
 * not here after the list was made: what is bought or released meanwhile is neither.
 */
export function suspect(
  before: Inside,
  atCarriers: CarrierState,
  after: Inside,
  {
    driftOf,
    isOurs,
    released,
  }: {
    driftOf: DriftOf
    isOurs: IsOurs
    /** SIDs of untagged numbers that were ours once, and count as released. */
    released: Set<string>
  },
): Discrepancy[] {
  const { deployment } = after
  const here = new Map(after.numbers.map((number) => [number.phone_number, number]))

  const unknown = unknownOf(atCarriers, after).flatMap((owned): Discrepancy[] => {
    const owner = ownerOf(owned.friendlyName, deployment)
    if (owner.kind === 'untagged' && released.has(owned.sid))
      return [{ class: 'orphan_paid', owned, orderId: null }]
    if (owner.kind !== 'ours') return [{ class: 'foreign', owned, owner, number: undefined }]
    return [{ class: 'orphan_paid', owned, orderId: owner.orderId }]
  })

  const boughtBefore = new Set(before.numbers.filter(isBought).map(({ id }) => id))
  const lost = after.numbers
    .filter((number) => boughtBefore.has(number.id) && isBought(number) && !number.releasing)
    .filter((number) => number.order_status !== 'running')
    .flatMap((number): Discrepancy[] => {
      const owned = listed(number, atCarriers)
      if (!owned) return [{ class: 'ghost', number }]
      if (isOurs(number, owned)) return []
      return [{ class: 'foreign', owned, owner: ownerOf(owned.friendlyName, deployment), number }]
    })

  const drifted = after.numbers.filter(isJudged).flatMap((number): Discrepancy[] => {
    const owned = atTwilio(number, atCarriers, isOurs)
    if (!owned) return []
    const shown = markIn(owned.smsUrl)
    // Whatever else is not as it is to be: the number may be live for somebody.
    if (judgeMark(number, shown) === 'doubt') return [{ class: 'in_doubt', number, owned, shown }]
    if (!isAtRest(number)) return []
    const what = driftOf(number, owned, atCarriers.imports.get(number.elevenlabs_phone_id ?? ''))
    return what.length > 0 ? [{ class: 'drift', number, owned, what }] : []
  })

  const leftovers = [...atCarriers.imports.values()]
    .filter(({ phoneNumber }) => !here.has(phoneNumber) && !atCarriers.byNumber.has(phoneNumber))
    .filter(({ label }) => ownerOf(label, deployment).kind === 'ours')
    .map((imported): Discrepancy => ({ class: 'leftover', imported }))

  return [...unknown, ...lost, ...drifted, ...leftovers]
}

/** What Twilio lists and the database does not have, or has as a purchase that nobody works on. */
function unknownOf({ byNumber }: CarrierState, { numbers }: Inside): OwnedNumber[] {
  const claimed = numbers.filter(
    ({ status, order_status }) => status !== 'purchasing' || order_status === 'running',
  )
  const here = new Set(claimed.map(({ phone_number }) => phone_number))
  return [...byNumber.values()].filter(({ phoneNumber }) => !here.has(phoneNumber))
}

/** The SIDs of what is unknown and has no tag: whether they were ours once, only the database can say. */
export function untaggedOf(atCarriers: CarrierState, after: Inside): string[] {
  return unknownOf(atCarriers, after)
    .filter(({ friendlyName }) => ownerOf(friendlyName, after.deployment).kind === 'untagged')
    .map(({ sid }) => sid)
}

/** One that was left alone is looked at again, also where its releasing had begun. */
function isJudged(number: KnownNumber): boolean {
  return isAtRest(number) || (number.mark_doubt !== null && number.order_status !== 'running')
}

function isBought({ status }: KnownNumber): boolean {
  return status !== 'purchasing'
}

function listed(number: KnownNumber, { bySid, byNumber }: CarrierState): OwnedNumber | undefined {
  return bySid.get(number.twilio_phone_sid ?? '') ?? byNumber.get(number.phone_number)
}

/** Our number as Twilio lists it, maybe bought anew under another SID; not if it is another's now. */
export function atTwilio(
  number: KnownNumber,
  atCarriers: CarrierState,
  isOurs: IsOurs,
): OwnedNumber | undefined {
  const owned = listed(number, atCarriers)
  return owned && isOurs(number, owned) ? owned : undefined
}

/**
 * The ids of numbers whose orders wait for a person, though both carriers have now what the order needs
 * to go on: it may have been stopped by an answer that was wrong. One without an import, where nobody
 * has made one, waits for that.
 */
export function waitingInVain(after: Inside, atCarriers: CarrierState, isOurs: IsOurs): string[] {
  return stopped(after, atCarriers, isOurs)
    .filter(({ step, isImported }) => (step === 'import' ? isImported : step === 'sync'))
    .map(({ id }) => id)
}

/**
 * The ids of numbers whose orders stopped at the import, and that ElevenLabs does not have: what kept it
 * from importing them may be over.
 */
export function lackingImport(after: Inside, atCarriers: CarrierState, isOurs: IsOurs): string[] {
  return stopped(after, atCarriers, isOurs)
    .filter(({ step, isImported }) => step === 'import' && !isImported)
    .map(({ id }) => id)
}

/** The numbers that Twilio has and whose orders wait for a person: at which step, and what ElevenLabs has. */
function stopped({ numbers }: Inside, atCarriers: CarrierState, isOurs: IsOurs) {
  const imported = new Set([...atCarriers.imports.values()].map(({ phoneNumber }) => phoneNumber))
  return numbers
    .filter(({ order_status }) => order_status === 'needs_attention')
    .filter(({ mark_doubt }) => mark_doubt === null)
    .filter((number) => atTwilio(number, atCarriers, isOurs))
    .map(({ id, order_step: step, phone_number }) => ({
      id,
      step,
      isImported: imported.has(phone_number),
    }))
}

/** Whether Twilio has the number, and shows no quarantine that the database does not know. */
export function agrees(number: KnownNumber, atCarriers: CarrierState, isOurs: IsOurs): boolean {
  const owned = atTwilio(number, atCarriers, isOurs)
  return owned !== undefined && judgeMark(number, markIn(owned.smsUrl)) !== 'doubt'
}
