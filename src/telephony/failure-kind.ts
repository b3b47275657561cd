/**
 * Why a carrier did not do what was asked, in kinds of ours, each in words for whoever asked: what
 * happened, and what to do. The words name no carrier and no code of one, which operators alone see.
 */
export const failureWords = {
  number_taken: 'The number is not for sale any more',
  number_invalid: 'The number does not exist: check it with the customer',
  country_off: 'Texts to this country are not switched on: the operators of this server can do it',
  sender_cannot_text: 'The sending number cannot send texts: choose another default number',
  trial_account:
    'This server is on trial at the telephone company and texts verified numbers only: its operators can change that',
  opted_out:
    'The customer has asked for no more texts. Only the customer can undo that, by texting START',
  queue_full:
    'The sending number has more texts waiting than it can send in four hours: try again later',
  out_of_reach: 'The number cannot be reached from the sending number',
  not_mobile: 'The number is not a mobile number, so it cannot receive texts: call instead',
  text_too_long: 'The text is longer than 1,600 characters: send it in parts',
  media_unusable: 'A media URL cannot be used: it must be public, http or https',
  in_other_service:
    'The number is in another Messaging Service: its operators have to remove it there first',
  service_full: 'The Messaging Service has as many numbers as it may have: use another one',
  handset_off: 'The handset is off or out of reach: try again later',
  blocked: 'The customer or the carrier has blocked texts from the sending number',
  number_unknown: 'The number is unknown, or no longer in service: check it with the customer',
  landline: 'The number is a landline, or its carrier takes no texts: call instead',
  filtered:
    'The text was filtered as unwanted by the carrier: word it differently, without shortened links',
  unexplained: 'The carrier gave no reason: try again later',
  toll_free_unverified:
    'The toll-free sending number is not verified: the operators of this server have to see to that',
  unregistered: 'The sending number is not registered for texting in the US (A2P 10DLC)',
  registration_pending:
    "The sending number's registration for texting in the US is under way: try again later",
} as const

export type FailureKind = keyof typeof failureWords

/** Why a text was not delivered; null where the carrier names no error. */
export function reasonOf({
  errorCode,
  failure,
}: {
  errorCode: string | null
  failure: FailureKind | null
}): FailureKind | null {
  return failure ?? (errorCode === null ? null : 'unexplained')
}
