import type { MessagingService } from '../services/model.ts'

/** Which channels a number can be used for. */
interface Capabilities {
  voice: boolean
  sms: boolean
  mms: boolean
  fax: boolean
}

/** An IncomingPhoneNumber as the API gives it. */
export interface NumberRow {
  sid: string
  account_sid: string
  phone_number: string
  friendly_name: string
  voice_url: string
  voice_method: string
  voice_fallback_url: string
  voice_fallback_method: string
  voice_application_sid: string | null
  voice_caller_id_lookup: boolean
  voice_receive_mode: string
  trunk_sid: string | null
  sms_url: string
  sms_method: string
  sms_fallback_url: string
  sms_fallback_method: string
  sms_application_sid: string
  status_callback: string
  status_callback_method: string
  emergency_status: string
  emergency_address_sid: string | null
  emergency_address_status: string
  identity_sid: string | null
  address_sid: string | null
  address_requirements: string
  bundle_sid: string | null
  capabilities: Capabilities
  origin: string
  beta: boolean
  status: string
  type: string
  api_version: string
  date_created: string
  date_updated: string
  uri: string
}

/** A Message as the API gives it. */
export interface MessageRow {
  sid: string
  account_sid: string
  messaging_service_sid: string | null
  from: string
  to: string
  body: string
  direction: string
  status: string
  num_media: string
  num_segments: string
  price: string | null
  price_unit: string
  error_code: number | null
  error_message: string | null
  api_version: string
  date_created: string
  date_sent: string | null
  date_updated: string
  uri: string
}

/** A Call as the API gives it. */
export interface CallRow {
  sid: string
  account_sid: string
  parent_call_sid: string | null
  phone_number_sid: string | null
  from: string
  to: string
  direction: string
  status: string
  start_time: string
  end_time: string | null
  /** Seconds, as text. */
  duration: string | null
  answered_by: string | null
  caller_name: string | null
  forwarded_from: string | null
  price: string | null
  price_unit: string
  api_version: string
  date_created: string
  date_updated: string
  uri: string
}

/** A Media as the API gives it. */
export interface MediaRow {
  sid: string
  account_sid: string
  parent_sid: string
  content_type: string
  date_created: string
  date_updated: string
  uri: string
}

export interface TwilioState {
  /** The primary token: webhooks are signed with it. */
  authToken: string
  /** One that requests may carry too, until it is promoted to the primary one. */
  secondaryToken: string | null
  numbers: NumberRow[]
  /** How many numbers an area code has, where that is not as usual. */
  stock: Record<string, number>
  messages: MessageRow[]
  media: MediaRow[]
  calls: CallRow[]
  recordings: RecordingRow[]
  /** The calls of those that were deleted, once for each. */
  recordingsRemovedOf: string[]
  /** Milliseconds that a webhook has for its answer. */
  webhookTimeoutMs: number
  /** Milliseconds between two statuses of a message. */
  messageStatusMs: number
  services: MessagingService[]
  /** The most numbers that a Messaging Service takes. */
  servicePoolSize: number
  optOuts: OptOut[]
  /** Whether an unregistered US number may not text. */
  requireA2p: boolean
  /** Numbers that may, whatever service they are in. */
  registered: string[]
  /** Customers who do not get their messages. */
  deliveries: Arrangement[]
  /** Milliseconds until a price is known. */
  priceDelayMs: number
  unrated: Unrated[]
  /** Micro-dollars, in all. */
  spent: number
  /** What of it went on messages and calls; the rest went on numbers. */
  spentOn: { messages: number; calls: number }
  /** Micro-dollars that were paid in; nothing ends when they are used up. */
  funds: number
  /** Countries that calls may not go to; `US` is Canada too. */
  callsOff: string[]
  /** Countries that texts may not go to. */
  textsOff: string[]
}

export const accountSid = 'AC00000000000000000000000000000000'

/** What the account was called before its SID had the vendor's form; it goes on being accepted. */
export const formerAccountSid = 'ACsandbox00000000000000000000000000'

/** An account without numbers. */
export function initialTwilio(): TwilioState {
  return {
    authToken: 'sandbox-twilio-token',
    secondaryToken: null,
    numbers: [],
    stock: {},
    messages: [],
    media: [],
    calls: [],
    recordings: [],
    recordingsRemovedOf: [],
    webhookTimeoutMs: 15_000,
    messageStatusMs: 20,
    services: [],
    servicePoolSize: 400,
    optOuts: [],
    requireA2p: false,
    registered: [],
    deliveries: [],
    priceDelayMs: 1000,
    unrated: [],
    spent: 0,
    spentOn: { messages: 0, calls: 0 },
    funds: 1_000_000_000_000,
    callsOff: [],
    textsOff: [],
  }
}

/** A customer who does not want to hear from a number, or from a whole Messaging Service. */
interface OptOut {
  /** An E.164 number or the SID of a service. */
  sender: string
  customer: string
}

/** What becomes of the messages to a customer who does not get them. */
interface Arrangement {
  number: string
  status: 'undelivered' | 'failed'
  errorCode: number
}

/** What was paid for, and whose price Twilio has not told yet. */
interface Unrated {
  sid: string
  micros: number
  /** Unix milliseconds. */
  since: number
}

/** A Recording as the API gives it. */
export interface RecordingRow {
  sid: string
  account_sid: string
  call_sid: string
  conference_sid: null
  /** Seconds, as text. */
  duration: string
  status: string
  channels: number
  source: string
  error_code: null
  price: string | null
  price_unit: string
  start_time: string
  media_url: string
  api_version: string
  date_created: string
  date_updated: string
  uri: string
}
