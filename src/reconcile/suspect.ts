import type { ImportedNumber, OwnedNumber } from '../carriers/ports.ts'
import { type DriftOf, isAtRest } from './drift.ts'
import type { Inside, KnownNumber } from './known-number.ts'
import type { Outside } from './outside.ts'
import { type Owner, ownerOf } from './tag.ts'

/** What the comparison of the lists suggests; not yet confirmed. */
export type Suspicion =
  | { class: 'orphan_paid'; owned: OwnedNumber; orderId: string }
  | { class: 'foreign'; owned: OwnedNumber; owner: Owner }
  | { class: 'ghost'; number: KnownNumber }
  | { class: 'drift'; number: KnownNumber; owned: OwnedNumber; what: string[] }
  | { class: 'leftover'; imported: ImportedNumber }

/**
 * Compares what was read before and after the carriers were listed with what they list. A number is
 * missing only if it was here before the list was made and still is; it is unknown only if it is
 * not here after the list was made: what is bought or given back meanwhile is neither.
 */
export function suspect(
  before: Inside,
  outside: Outside,
  after: Inside,
  driftOf: DriftOf,
): Suspicion[] {
  const { deployment } = after
  const here = new Map(after.numbers.map((number) => [number.phone_number, number]))

  const unknown = [...outside.byNumber.values()].flatMap((owned): Suspicion[] => {
    const number = here.get(owned.phoneNumber)
    const isUnclaimed = number?.status === 'purchasing' && number.order_status !== 'running'
    if (number && !isUnclaimed) return []
    const owner = ownerOf(owned.friendlyName, deployment)
    if (owner.kind !== 'ours') return [{ class: 'foreign', owned, owner }]
    return [{ class: 'orphan_paid', owned, orderId: owner.orderId }]
  })

  const boughtBefore = new Set(before.numbers.filter(isBought).map(({ id }) => id))
  const missing = after.numbers
    .filter((number) => boughtBefore.has(number.id) && isBought(number) && !number.releasing)
    .filter((number) => number.order_status !== 'running')
    .filter((number) => !atTwilio(number, outside, deployment))
    .map((number): Suspicion => ({ class: 'ghost', number }))

  const drifted = after.numbers.filter(isAtRest).flatMap((number): Suspicion[] => {
    const owned = atTwilio(number, outside, deployment)
    if (!owned) return []
    const what = driftOf(number, owned, outside.imports.get(number.elevenlabs_phone_id ?? ''))
    return what.length > 0 ? [{ class: 'drift', number, owned, what }] : []
  })

  const leftovers = [...outside.imports.values()]
    .filter(({ phoneNumber }) => !here.has(phoneNumber) && !outside.byNumber.has(phoneNumber))
    .filter(({ label }) => ownerOf(label, deployment).kind === 'ours')
    .map((imported): Suspicion => ({ class: 'leftover', imported }))

  return [...unknown, ...missing, ...drifted, ...leftovers]
}

function isBought({ status }: KnownNumber): boolean {
  return status !== 'purchasing'
}

/** Our number as Twilio lists it, maybe bought anew under another SID; not if another deployment has it. */
export function atTwilio(
  number: KnownNumber,
  { bySid, byNumber }: Outside,
  deployment: string,
): OwnedNumber | undefined {
  const same = bySid.get(number.twilio_phone_sid ?? '')
  if (same) return same
  const again = byNumber.get(number.phone_number)
  return again && ownerOf(again.friendlyName, deployment).kind !== 'other' ? again : undefined
}
