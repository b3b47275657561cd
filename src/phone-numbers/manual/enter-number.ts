import type { OwnedNumber, Telephony } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { Actor } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import type { Order } from '../orders/order.ts'
import type { FollowOrder } from '../orders/run-order.ts'
import { type SmsStatus, smsStatusOf } from '../phone-number.ts'
import type { PhoneNumberStore } from '../phone-number-store.ts'
import { placeOf } from '../place-of.ts'
import { checkBelongs } from './activate-number.ts'

interface ManualEntry {
  actor: Actor
  /** The id of the order to be; a repeat with the same finds it. */
  orderId: string
  phoneNumber: string
  organizationId: string | null
  elevenLabsPhoneId: string | null
  twilioPhoneSid: string | null
}

export type EnterNumber = (entry: ManualEntry) => Promise<Order>

/**
 * Takes in a number that a person bought in our Twilio account, as it is there, and has it imported
 * and synced like a bought one. Its friendlyName stays as the person set it; one that tags it as
 * another deployment's is refused.
 * @throws AppError number_not_owned, twilio_sid_mismatch, elevenlabs_id_mismatch, number_exists,
 *   organization_not_found, organization_suspended
 */
export function createEnterNumber(deps: {
  telephony: Telephony
  voiceAgents: VoiceAgents
  numbers: PhoneNumberStore
  followOrder: FollowOrder
  usSmsStatus: SmsStatus
}): EnterNumber {
  return async ({
    actor,
    orderId,
    phoneNumber,
    organizationId,
    elevenLabsPhoneId,
    twilioPhoneSid,
  }) => {
    const owned = await ownedNumber(deps.telephony, phoneNumber, twilioPhoneSid)
    if (elevenLabsPhoneId) await checkBelongs(deps.voiceAgents, phoneNumber, elevenLabsPhoneId)
    const place = placeOf(phoneNumber)
    const order = await deps.numbers.enter(actor, {
      orderId,
      organizationId,
      phoneNumber,
      ...place,
      capabilities: owned.capabilities,
      smsStatus: smsStatusOf(place.country, owned.capabilities, deps.usSmsStatus),
      twilioPhoneSid: owned.sid,
      elevenlabsPhoneId: elevenLabsPhoneId,
      nameAtTwilio: owned.friendlyName,
      boughtAt: owned.boughtAt,
    })
    return deps.followOrder(order)
  }
}

async function ownedNumber(
  telephony: Telephony,
  phoneNumber: string,
  sid: string | null,
): Promise<OwnedNumber> {
  const owned = await telephony.findNumber(phoneNumber)
  if (!owned) {
    throw new AppError(
      'number_not_owned',
      `${phoneNumber} is not in our Twilio account: buy it in Twilio Console > Phone Numbers > Buy a number, in the account of TWILIO_ACCOUNT_SID, then send this again`,
    )
  }
  if (sid && owned.sid !== sid) {
    throw new AppError(
      'twilio_sid_mismatch',
      `The SID of ${phoneNumber} at Twilio is ${owned.sid}, not "${sid}": send that one, or leave twilioPhoneSid out`,
    )
  }
  return owned
}
