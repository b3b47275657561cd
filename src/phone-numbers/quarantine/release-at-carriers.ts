import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { OwnedNumber, Telephony } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { isSameWebhook, withoutQuery } from '../../carriers/webhook-url.ts'
import { ownerOf } from '../ownership-tag.ts'
import type { PhoneNumber } from '../phone-number.ts'
import { judgeMark, type MarkedNumber, MarkInDoubt, markIn } from '../quarantine-mark.ts'
import type { NumberUrls } from '../sync/number-urls.ts'
import type { ReleaseClaim } from './release-store.ts'

/** It is not sure that the number is ours to release, so nothing was removed. */
export class OwnershipInDoubt extends Error {
  override name = 'OwnershipInDoubt'
}

const DOUBTS = { held: 'an organization holds it', ordered: 'an order for it is open' }

export type ReleaseAtCarriers = (
  claim: ReleaseClaim,
  steps: {
    /** Called before each removal; refuses when the number was restored meanwhile. */
    begin: () => Promise<unknown>
    /** Whether Twilio is to be believed that it does not have a number that this run has not removed. */
    presumeGone: () => Promise<boolean>
  },
) => Promise<void>

/**
 * Removes a number from ElevenLabs, then from Twilio. Looks before each removal, so that repeating
 * it after a lost answer or a crash is harmless; returns only when the number is in neither.
 * @throws OwnershipInDoubt, MarkInDoubt, CarrierError, and what `begin` throws
 */
export function createReleaseAtCarriers(deps: {
  telephony: Telephony
  voiceAgents: VoiceAgents
  routes: Pick<NumberUrls, 'unanswered' | 'of'>
}): ReleaseAtCarriers {
  const { telephony, voiceAgents } = deps

  /**
   * The number as Twilio has it; undefined where neither its SID nor itself is in the account, or
   * where another deployment, or another order of ours, has bought it since.
   */
  async function find(
    { phone_number: phoneNumber, twilio_phone_sid: sid }: PhoneNumber,
    deployment: string,
  ) {
    if (!sid) throw new OwnershipInDoubt(`the Twilio SID of ${phoneNumber} is not known`)
    const known = await orNotFound(telephony.getNumber(sid))
    // One "not found" proves nothing: the account's list must agree.
    const found = known ?? (await telephony.findNumber(phoneNumber))
    const isBoughtAnew = found && ownerOf(found.friendlyName, deployment).kind !== 'untagged'
    if (!known && isBoughtAnew && found.sid !== sid) return undefined
    if (found && (found.sid !== sid || found.phoneNumber !== phoneNumber)) {
      throw new OwnershipInDoubt(
        `at Twilio ${found.phoneNumber} is ${found.sid}, here ${phoneNumber} is ${sid}`,
      )
    }
    return found
  }

  /** `isOurs`: the number is in our account, and so is whatever ElevenLabs has of it. */
  async function forgetImport(
    { phone_number, elevenlabs_phone_id }: PhoneNumber,
    isOurs: boolean,
    begin: () => Promise<unknown>,
  ) {
    const imported = await voiceAgents.findNumber(phone_number)
    if (!imported || !(isOurs || imported.id === elevenlabs_phone_id)) return
    await begin()
    await orNotFound(voiceAgents.removeNumber(imported.id))
  }

  async function remove(
    number: PhoneNumber,
    { sid }: OwnedNumber,
    deployment: string,
  ): Promise<void> {
    try {
      await telephony.releaseNumber(sid)
    } catch (error) {
      const mayBeGone =
        error instanceof CarrierError && (error.kind === 'not_found' || error.outcomeUnknown)
      if (!mayBeGone || (await find(number, deployment))) throw error
    }
  }

  /** Synced in its quarantine, a number of ours points at this server; a copy's points elsewhere. */
  function checkWebhooks(
    number: MarkedNumber,
    { voiceUrl, smsUrl, notPosted, sid }: OwnedNumber,
  ): void {
    const ours = deps.routes.of(number)
    const inUse = notPosted.includes('voiceUrl') || notPosted.includes('smsUrl')
    const leadHere = isSameWebhook(voiceUrl, ours.voiceUrl) && isSameWebhook(smsUrl, ours.smsUrl)
    if (inUse || !leadHere) {
      throw new OwnershipInDoubt(`at Twilio the webhooks of ${sid} are not those of this server`)
    }
  }

  /**
   * The proof, at Twilio itself, that this very quarantine is what the number is in. The database alone
   * proves nothing: it may be older than what it tells, also in that releasing has begun. But once
   * that has, ElevenLabs may have changed the webhooks when it forgot the number; then they are not
   * ours any more, while those of a number that lives again are.
   */
  function checkProof(number: MarkedNumber, { smsUrl }: OwnedNumber, begun: boolean): void {
    const shown = markIn(smsUrl)
    if (judgeMark(number, shown) === 'fits') return
    if (begun && shown === null && !isOurRoute(smsUrl)) return
    throw new MarkInDoubt(number, shown)
  }

  /** At whatever address: the deployment may have moved. */
  function isOurRoute(smsUrl: string): boolean {
    return withoutQuery(smsUrl).endsWith(new URL(deps.routes.unanswered.smsUrl).pathname)
  }

  return async ({ number, deployment, begun, doubt }, { begin, presumeGone }) => {
    if (doubt) throw new OwnershipInDoubt(DOUBTS[doubt])
    const owned = await find(number, deployment)
    if (owned) {
      checkTag(owned, deployment)
      checkProof(number, owned, begun)
      if (!begun) checkWebhooks(number, owned)
      // That releasing has begun proves no removal: it may have been refused, or never sent.
    } else if (!(await presumeGone())) {
      const { phone_number: gone } = number
      throw new OwnershipInDoubt(`Twilio has neither ${gone} nor its SID, and says so of many`)
    }
    await forgetImport(number, owned !== undefined, begin)
    await begin()
    if (owned) await remove(number, owned, deployment)
  }
}

/** Numbers entered manually carry no tag of ours; one of another deployment is not ours to remove. */
function checkTag(owned: OwnedNumber, deployment: string): void {
  if (isOthers(owned, deployment)) {
    const { sid, friendlyName } = owned
    throw new OwnershipInDoubt(`at Twilio ${sid} is tagged "${friendlyName}", another deployment's`)
  }
}

function isOthers({ friendlyName }: OwnedNumber, deployment: string): boolean {
  return ownerOf(friendlyName, deployment).kind === 'other'
}

async function orNotFound<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (error instanceof CarrierError && error.kind === 'not_found') return undefined
    throw error
  }
}
