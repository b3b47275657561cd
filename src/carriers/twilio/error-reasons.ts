/**
 * Twilio's errors about texts in words for who sent one: what happened, and what to do.
 * Source: Twilio error dictionary.
 */
const reasons: Record<string, string> = {
  21211: 'The number does not exist: check it with the customer',
  21408:
    'Texts to this country are not switched on: Twilio Console > Messaging > Settings > Geo permissions',
  21606: 'The sending number cannot send texts: choose another default number',
  21608:
    'A trial account texts verified numbers only: upgrade the Twilio account, or verify the number there',
  21610:
    'The customer has asked for no more texts. Only the customer can undo that, by texting START',
  21611:
    'The sending number has more texts waiting than it can send in four hours: try again later',
  21612: 'The number cannot be reached from the sending number',
  21614: 'The number is not a mobile number, so it cannot receive texts: call instead',
  21617: 'The text is longer than 1,600 characters: send it in parts',
  21620: 'A media URL is not one that Twilio can use: it must be public, http or https',
  21712:
    'The number is in another Messaging Service: remove it there first, at Twilio Console > Messaging > Services',
  21714: 'The Messaging Service has as many numbers as it may have: use another one',
  30003: 'The handset is off or out of reach: try again later',
  30004: 'The customer or the carrier has blocked texts from the sending number',
  30005: 'The number is unknown, or no longer in service: check it with the customer',
  30006: 'The number is a landline, or its carrier takes no texts: call instead',
  30007:
    'The text was filtered as unwanted by Twilio or the carrier: word it differently, without shortened links',
  30008: 'The carrier gave no reason: try again later',
  30032:
    'The toll-free sending number is not verified: Twilio Console > Messaging > Regulatory Compliance',
  30034:
    'The sending number is not registered for texting in the US (A2P 10DLC): Twilio Console > Messaging > Regulatory Compliance',
  30035: "The sending number's registration for texting in the US is under way: try again later",
}

/** Why a text failed; null without a code. Codes the table does not have are named. */
export function reasonOf(code: string | null): string | null {
  if (code === null) return null
  return (
    reasons[code] ?? `Twilio reports error ${code}: https://www.twilio.com/docs/api/errors/${code}`
  )
}

/** Whether the table knows the code. */
export function isKnownReason(code: string | undefined): code is string {
  return code !== undefined && Object.hasOwn(reasons, code)
}
