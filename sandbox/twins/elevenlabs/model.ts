import type { WebhookTool } from './tools/webhook-tool-schema.ts'

/** A JSON object of which only some keys matter here. */
export type JsonObject = Record<string, unknown>

/** An imported number; `sid` and `token` stay inside. */
export interface PhoneRow {
  phone_number_id: string
  phone_number: string
  label: string
  provider: 'twilio'
  agent_id: string | null
  sid: string
  /** Verifies Twilio's signatures, also after the account got another one. */
  token: string
  /** Absent means true. */
  supports_outbound?: boolean
}

/** An agent with every field it was given. */
export interface AgentRow extends JsonObject {
  agent_id: string
  name: string
  tags: string[]
  conversation_config: JsonObject
  platform_settings: JsonObject
  metadata: { created_at_unix_secs: number; updated_at_unix_secs: number }
}

export interface TranscriptTurn {
  role: 'agent' | 'user'
  message: string
  time_in_call_secs: number
  tool_calls: unknown[]
  tool_results: unknown[]
  interrupted: boolean
}

export type DynamicVariables = Record<string, string | number | boolean>

export interface PhoneCall {
  type: 'twilio'
  direction: 'inbound' | 'outbound'
  phone_number_id: string
  agent_number: string
  external_number: string
  call_sid: string
  /** Empty until the call is connected. */
  stream_sid: string
  call_result: string | null
}

/** A conversation as `conversations.get` gives it. */
export interface ConversationRow {
  agent_id: string
  agent_name: string
  conversation_id: string
  status: 'initiated' | 'in-progress' | 'processing' | 'done' | 'failed'
  user_id: string | null
  branch_id: null
  version_id: null
  environment: string
  transcript: TranscriptTurn[]
  metadata: {
    start_time_unix_secs: number
    accepted_time_unix_secs: number | null
    call_duration_secs: number
    /** Credits. */
    cost: number | null
    /** Dollars. */
    cost_fiat: number | null
    termination_reason: string
    error: { code: number; reason: string } | null
    main_language: string
    authorization_method: string
    conversation_initiation_source: string
    text_only: boolean
    /** Null: it is held in writing. */
    phone_call: PhoneCall | null
  }
  analysis: {
    call_successful: 'success' | 'failure' | 'unknown'
    transcript_summary: string
    call_summary_title: string
    evaluation_criteria_results: JsonObject
    data_collection_results: JsonObject
  } | null
  conversation_initiation_client_data: {
    dynamic_variables: DynamicVariables
    conversation_config_override: JsonObject
    user_id: string | null
  }
  has_audio: boolean
  has_user_audio: boolean
  has_response_audio: boolean
  has_auxiliary_audio: boolean
}

/** What Twilio tells in a webhook. */
export type TwilioForm = Record<string, string>

/** How the deliveries to a webhook went. */
interface Deliveries {
  /** Since the last success. */
  failures: number
  /** Unix seconds. */
  lastSuccess: number | null
}

/** A workspace webhook; the secret and the headers stay inside. */
export interface WebhookRow {
  webhook_id: string
  webhook_secret: string
  name: string
  webhook_url: string
  request_headers: Record<string, string>
  auth_type: 'hmac'
  is_disabled: boolean
  is_auto_disabled: boolean
  retry_enabled: boolean
  created_at_unix: number
  most_recent_failure_error_code: number | null
  most_recent_failure_timestamp: number | null
}

/** A tool that agents name by its id. */
export interface ToolRow {
  id: string
  tool_config: WebhookTool
}

export interface ElevenLabsState {
  apiKey: string
  /** Another key that requests may carry: a workspace may have several. */
  secondApiKey: string | null
  /** The host of a workspace with data residency; null: it has none. */
  residencyHost: string | null
  phoneNumbers: PhoneRow[]
  agents: AgentRow[]
  tools: ToolRow[]
  conversations: ConversationRow[]
  /** The ids of those that were deleted. */
  conversationsRemoved: string[]
  settings: JsonObject
  webhooks: WebhookRow[]
  /** By webhook id. */
  deliveries: Record<string, Deliveries>
  /** How Twilio told that a call did not come about, by conversation id. */
  callFailures: Record<string, TwilioForm>
  /** What agents answer in writing, by a word of what they are asked. */
  textAnswers: { about: string; answer: string }[]
  /** Milliseconds between two deliveries of the same event. */
  postCallRetryMs: number
  /** Micro-dollars. */
  spent: number
}

/** A workspace without agents. */
export function initialElevenLabs(): ElevenLabsState {
  return {
    apiKey: 'sandbox-elevenlabs-key',
    secondApiKey: null,
    residencyHost: null,
    phoneNumbers: [],
    agents: [],
    tools: [],
    conversations: [],
    conversationsRemoved: [],
    settings: {
      conversation_initiation_client_data_webhook: null,
      webhooks: { post_call_webhook_id: null, events: ['transcript'], transcript_format: 'json' },
    },
    webhooks: [],
    deliveries: {},
    callFailures: {},
    textAnswers: [],
    postCallRetryMs: 1000,
    spent: 0,
  }
}
