import { newId } from '../core/ids.ts'
import { flagOf, oneOf } from '../twilio/choices.ts'
import { twilioError } from '../twilio/errors.ts'
import { accountSid } from '../twilio/model.ts'
import type { ServiceRow } from './model.ts'

const urls = {
  InboundRequestUrl: 'inbound_request_url',
  FallbackUrl: 'fallback_url',
  StatusCallback: 'status_callback',
} as const

const methods = { InboundMethod: 'inbound_method', FallbackMethod: 'fallback_method' } as const

const flags = {
  StickySender: 'sticky_sender',
  MmsConverter: 'mms_converter',
  SmartEncoding: 'smart_encoding',
  FallbackToLongCode: 'fallback_to_long_code',
  AreaCodeGeomatch: 'area_code_geomatch',
  SynchronousValidation: 'synchronous_validation',
  UseInboundWebhookOnNumber: 'use_inbound_webhook_on_number',
} as const

const texts = { Usecase: 'usecase' } as const

const choices = { ScanMessageContent: 'scan_message_content' } as const

/** The settings of a service, as a form has them. */
export const serviceForm = [
  'FriendlyName',
  ...[urls, methods, flags, texts, choices].flatMap((each) => Object.keys(each)),
]

/**
 * A copy of the service with the settings of a form; a field that is absent keeps its value, an
 * empty URL is cleared. Errors: 20001 a name that is empty or over 64 characters, an invalid URL,
 * method, choice or flag.
 */
export function withServiceSettings(row: ServiceRow, form: Record<string, unknown>): ServiceRow {
  const next = { ...row, date_updated: isoNow() }
  const given = <F extends string>(names: Record<string, F>) =>
    Object.entries(names).flatMap(([name, field]) => {
      const value = form[name]
      return typeof value === 'string' ? [{ name, field, value }] : []
    })
  for (const { field, value } of given(texts)) next[field] = value
  for (const { name, field, value } of given(choices))
    next[field] = oneOf(name, value, ['inherit', 'enable', 'disable'])
  for (const { name, field, value } of given(flags)) next[field] = flagOf(name, value)
  for (const { name, field, value } of given(urls)) next[field] = checkedUrl(name, value)
  for (const { name, field, value } of given(methods)) next[field] = checkedMethod(name, value)
  if (typeof form.FriendlyName === 'string') next.friendly_name = form.FriendlyName
  if (next.friendly_name === '' || next.friendly_name.length > 64) {
    throw twilioError(400, 20001, 'FriendlyName must have 1 to 64 characters')
  }
  return next
}

/** A service as Twilio makes it by default, yet without a name. */
export function newServiceRow(): ServiceRow {
  const sid = newId('MG')
  const now = isoNow()
  const url = `https://messaging.twilio.com/v1/Services/${sid}`
  return {
    sid,
    account_sid: accountSid,
    friendly_name: '',
    inbound_request_url: null,
    inbound_method: 'POST',
    fallback_url: null,
    fallback_method: 'POST',
    status_callback: null,
    sticky_sender: true,
    mms_converter: true,
    smart_encoding: true,
    scan_message_content: 'inherit',
    fallback_to_long_code: true,
    area_code_geomatch: true,
    synchronous_validation: false,
    validity_period: 36_000,
    usecase: 'undeclared',
    us_app_to_person_registered: false,
    use_inbound_webhook_on_number: false,
    date_created: now,
    date_updated: now,
    url,
    links: {
      phone_numbers: `${url}/PhoneNumbers`,
      us_app_to_person: `${url}/Compliance/Usa2p`,
    },
  }
}

/** The present as the v1 APIs write it: ISO 8601 in whole seconds. */
export function isoNow(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}

function checkedUrl(name: string, value: string): string | null {
  if (value === '') return null
  if (URL.canParse(value) && /^https?:/i.test(value)) return value
  throw twilioError(400, 20001, `${name} is not a valid URL: ${value}`)
}

function checkedMethod(name: string, value: string): string {
  const method = value.toUpperCase()
  if (method === 'GET' || method === 'POST') return method
  throw twilioError(400, 20001, `${name} must be GET or POST`)
}
