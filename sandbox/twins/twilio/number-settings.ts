import { flagOf, oneOf, sidOf } from './choices.ts'
import { twilioError } from './errors.ts'
import type { NumberRow } from './model.ts'

const urls = {
  VoiceUrl: 'voice_url',
  VoiceFallbackUrl: 'voice_fallback_url',
  SmsUrl: 'sms_url',
  SmsFallbackUrl: 'sms_fallback_url',
  StatusCallback: 'status_callback',
} as const

const methods = {
  VoiceMethod: 'voice_method',
  VoiceFallbackMethod: 'voice_fallback_method',
  SmsMethod: 'sms_method',
  SmsFallbackMethod: 'sms_fallback_method',
  StatusCallbackMethod: 'status_callback_method',
} as const

const sids = {
  VoiceApplicationSid: 'voice_application_sid',
  TrunkSid: 'trunk_sid',
  EmergencyAddressSid: 'emergency_address_sid',
  IdentitySid: 'identity_sid',
  AddressSid: 'address_sid',
  BundleSid: 'bundle_sid',
} as const

const texts = { FriendlyName: 'friendly_name' } as const

/** The one SID that is empty, and not null, where there is none. */
const smsApplication = { SmsApplicationSid: 'sms_application_sid' } as const

const choices = {
  VoiceReceiveMode: 'voice_receive_mode',
  EmergencyStatus: 'emergency_status',
} as const

/** How the SIDs begin, by Twilio's schema. */
const prefixes: Record<keyof typeof sids, string> = {
  VoiceApplicationSid: 'AP',
  TrunkSid: 'TK',
  EmergencyAddressSid: 'AD',
  IdentitySid: 'RI',
  AddressSid: 'AD',
  BundleSid: 'BU',
}

const allowed: Record<keyof typeof choices, string[]> = {
  VoiceReceiveMode: ['voice', 'fax'],
  EmergencyStatus: ['Active', 'Inactive'],
}

/** The settings of a number, as a form has them. */
export const settingsForm = [
  ...[urls, methods, sids, texts, smsApplication, choices].flatMap((each) => Object.keys(each)),
  'VoiceCallerIdLookup',
]

type Form = Record<string, unknown>

/**
 * A copy of the number with the settings of a form; a field that is absent keeps its value, an
 * empty one is cleared. Errors: 21402 invalid URL, 21403 invalid method, 21405 and 21406 fallback
 * without its primary URL (voice, SMS), 20001 name over 64 characters, or a SID, choice or flag that
 * Twilio does not have.
 */
export function withSettings(number: NumberRow, form: Form): NumberRow {
  const next = { ...number }
  each(texts, form, (field, value) => {
    next[field] = value
  })
  each(sids, form, (field, value, name) => {
    next[field] = sidOf(name, value, prefixes[name]) || null
  })
  each(smsApplication, form, (field, value, name) => {
    next[field] = sidOf(name, value, 'AP')
  })
  each(choices, form, (field, value, name) => {
    next[field] = oneOf(name, value, allowed[name])
  })
  each(methods, form, (field, value, name) => {
    next[field] = checkedMethod(name, value)
  })
  each(urls, form, (field, value, name) => {
    next[field] = checkedUrl(name, value)
  })
  if (typeof form.VoiceCallerIdLookup === 'string') {
    next.voice_caller_id_lookup = flagOf('VoiceCallerIdLookup', form.VoiceCallerIdLookup)
  }
  keepOneVoiceTarget(next, form)
  checkWhole(next)
  return next
}

function each<N extends string, F extends string>(
  names: Record<N, F>,
  form: Form,
  set: (field: F, value: string, name: N) => void,
): void {
  for (const [name, field] of Object.entries(names) as [N, F][]) {
    const value = form[name]
    if (typeof value === 'string') set(field, value, name)
  }
}

/** Setting a trunk removes the application, and the other way round. */
function keepOneVoiceTarget(number: NumberRow, form: Form): void {
  if (form.TrunkSid) number.voice_application_sid = null
  else if (form.VoiceApplicationSid) number.trunk_sid = null
}

function checkWhole(number: NumberRow): void {
  if (number.friendly_name.length > 64) {
    throw twilioError(400, 20001, 'FriendlyName must be at most 64 characters long')
  }
  if (number.voice_fallback_url !== '' && number.voice_url === '') {
    throw twilioError(400, 21405, 'VoiceFallbackUrl cannot be set without VoiceUrl')
  }
  if (number.sms_fallback_url !== '' && number.sms_url === '') {
    throw twilioError(400, 21406, 'SmsFallbackUrl cannot be set without SmsUrl')
  }
}

function checkedUrl(name: string, value: string): string {
  if (value === '' || (URL.canParse(value) && /^https?:/i.test(value))) return value
  throw twilioError(400, 21402, `${name} is not a valid URL: ${value}`)
}

function checkedMethod(name: string, value: string): string {
  const method = value.toUpperCase()
  if (method === 'GET' || method === 'POST') return method
  throw twilioError(400, 21403, `${name} must be GET or POST`)
}
