/** A Messaging Service as the API gives it. */
export interface ServiceRow {
  sid: string
  account_sid: string
  friendly_name: string
  inbound_request_url: string | null
  inbound_method: string
  fallback_url: string | null
  fallback_method: string
  status_callback: string | null
  sticky_sender: boolean
  mms_converter: boolean
  smart_encoding: boolean
  scan_message_content: string
  fallback_to_long_code: boolean
  area_code_geomatch: boolean
  synchronous_validation: boolean
  validity_period: number
  usecase: string
  us_app_to_person_registered: boolean
  use_inbound_webhook_on_number: boolean
  date_created: string
  date_updated: string
  url: string
  links: Record<string, string>
}

/** How far a campaign of A2P 10DLC has come. Source: Twilio, "US App to Person resource". */
export type CampaignStatus = 'PENDING' | 'IN_PROGRESS' | 'VERIFIED' | 'FAILED'

/** A campaign as the API gives it, but for what it says of itself. */
export interface CampaignRow {
  sid: string
  account_sid: string
  messaging_service_sid: string
  campaign_status: CampaignStatus
  mock: boolean
  errors: object[]
  date_created: string
  date_updated: string
  url: string
}

/** A number in the pool of a service; `sid` is the number's own. */
export interface PoolRow {
  sid: string
  account_sid: string
  service_sid: string
  phone_number: string
  country_code: string
  capabilities: string[]
  date_created: string
  date_updated: string
  url: string
}

export interface MessagingService {
  row: ServiceRow
  numbers: PoolRow[]
  /** Whether it tells keywords in webhooks; set in Twilio's console, not by its API. */
  advancedOptOut: boolean
  /** Absent in what an older version has kept. */
  campaign?: CampaignRow | null
}
