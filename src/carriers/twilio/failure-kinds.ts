import type { FailureKind } from '../../telephony/failure-kind.ts'

/** Twilio's errors that mean more to us than that it failed. Source: Twilio error dictionary. */
const kinds: Record<string, FailureKind> = {
  21211: 'number_invalid',
  21408: 'country_off',
  21421: 'number_invalid',
  21422: 'number_taken',
  21606: 'sender_cannot_text',
  21608: 'trial_account',
  21610: 'opted_out',
  21611: 'queue_full',
  21612: 'out_of_reach',
  21614: 'not_mobile',
  21617: 'text_too_long',
  21620: 'media_unusable',
  21712: 'in_other_service',
  21714: 'service_full',
  30003: 'handset_off',
  30004: 'blocked',
  30005: 'number_unknown',
  30006: 'landline',
  30007: 'filtered',
  30008: 'unexplained',
  30032: 'toll_free_unverified',
  30034: 'unregistered',
  30035: 'registration_pending',
}

/** What an error of Twilio's is to us; null where it is nothing in particular, or there is none. */
export function failureOf(code: string | null | undefined): FailureKind | null {
  return code != null && Object.hasOwn(kinds, code) ? (kinds[code] ?? null) : null
}
