/** Every problem code the API can answer, with its HTTP status. */
export const problemStatus = {
  validation_failed: 400,
  invalid_json: 400,
  request_unreadable: 400,
  area_code_invalid: 400,
  area_code_not_supported: 400,
  organization_required: 400,
  unauthorized: 401,
  token_expired: 401,
  anonymous_user: 403,
  admin_required: 403,
  role_required: 403,
  key_not_allowed: 403,
  scope_missing: 403,
  invite_token_wrong: 403,
  signature_invalid: 403,
  not_found: 404,
  organization_not_found: 404,
  phone_number_not_found: 404,
  member_not_found: 404,
  invite_not_found: 404,
  api_key_not_found: 404,
  agent_not_found: 404,
  contact_not_found: 404,
  call_not_found: 404,
  order_not_found: 404,
  notification_not_found: 404,
  report_not_found: 404,
  message_not_found: 404,
  endpoint_not_found: 404,
  delivery_not_found: 404,
  recording_not_found: 404,
  media_not_found: 404,
  method_not_allowed: 405,
  name_unfit: 400,
  contact_impossible: 400,
  destination_impossible: 400,
  media_url_not_public: 400,
  webhook_url_unfit: 400,
  destination_emergency: 403,
  destination_premium: 403,
  country_not_allowed: 403,
  do_not_call: 403,
  organization_suspended: 409,
  import_pending: 409,
  no_phone_number: 409,
  call_to_self: 409,
  no_sms_number: 409,
  sms_not_ready: 409,
  message_to_self: 409,
  opted_out: 409,
  message_refused: 409,
  messaging_service_taken: 409,
  slug_taken: 409,
  already_signed_up: 409,
  organization_limit_reached: 409,
  number_limit_reached: 409,
  row_limit_reached: 409,
  new_number_limit_reached: 409,
  agent_has_number: 409,
  agent_limit_reached: 409,
  contact_exists: 409,
  contact_merged: 409,
  number_exists: 409,
  number_held: 409,
  wrong_state: 409,
  webhook_endpoint_paused: 409,
  public_url_changed: 409,
  reconcile_running: 409,
  busy: 409,
  idempotency_in_progress: 409,
  answer_lost: 409,
  repeated_too_soon: 409,
  recording_not_ready: 409,
  media_not_ready: 409,
  recording_gone: 410,
  media_gone: 410,
  body_too_slow: 408,
  request_too_slow: 408,
  cursor_outdated: 410,
  precondition_failed: 412,
  body_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  elevenlabs_id_mismatch: 422,
  number_not_owned: 422,
  twilio_sid_mismatch: 422,
  agent_refused: 422,
  agent_cannot_text: 422,
  messaging_service_unfit: 422,
  from_unfit: 422,
  routing_unfit: 422,
  transfer_unfit: 422,
  needs_own_agent: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  too_many_calls: 429,
  daily_calls_reached: 429,
  daily_minutes_reached: 429,
  daily_spend_reached: 429,
  customer_calls_reached: 429,
  customer_texts_reached: 429,
  texts_too_fast: 429,
  daily_texts_reached: 429,
  account_spend_reached: 429,
  deployment_spend_reached: 429,
  fallback_calls_reached: 429,
  daily_agents_reached: 429,
  daily_changes_reached: 429,
  sign_ups_reached: 429,
  too_many_streams: 429,
  headers_too_large: 431,
  internal_error: 500,
  carrier_failed: 502,
  content_unfit: 502,
  database_unavailable: 503,
  auth_unavailable: 503,
  not_ready: 503,
  too_many_at_once: 503,
  webhooks_busy: 503,
  lease_lost: 500,
} as const

export type ProblemCode = keyof typeof problemStatus

/** Refusals of a working server to whoever asks for too much at once: no fault of it, though the status may say so. */
export const ofTooMuchAtOnce: readonly ProblemCode[] = ['webhooks_busy', 'too_many_at_once']

/** One thing wrong with the input: where, and what. */
export interface Issue {
  path: string
  message: string
}

/**
 * An expected failure with an answer for the caller. `message` is safe to show to anybody;
 * `forOperators` takes its place for them, where it says more.
 */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ProblemCode
  readonly issues: Issue[] | undefined
  /** When it is worth asking again, where that is known. */
  readonly retryAfterSeconds: number | undefined
  /** The organization it is about, where the caller cannot know it. */
  readonly organizationId: string | undefined
  /** What was asked for just before, where this is the same again. */
  readonly first: { id: string; status: string } | undefined
  /** What else its answer says, in headers. */
  readonly headers: Record<string, string> | undefined
  readonly forOperators: string | undefined

  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      cause?: unknown
      issues?: Issue[]
      retryAfterSeconds?: number
      organizationId?: string
      first?: { id: string; status: string }
      headers?: Record<string, string>
      forOperators?: string
    } = {},
  ) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.issues = options.issues
    this.retryAfterSeconds = options.retryAfterSeconds
    this.organizationId = options.organizationId
    this.first = options.first
    this.headers = options.headers
    this.forOperators = options.forOperators
  }

  get status(): number {
    return problemStatus[this.code]
  }
}

/** Whether the server cannot do its work for now, as whoever found that out has told already. */
export function isNotReady(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'not_ready'
}

/**
 * Whether a failure leaves nothing to record of the work that met it, because the database is away or
 * somebody else has the work by now. Any other, also one that nobody expected, is the work's own, and
 * has to count: what fails for ever must come to an end.
 */
export function isNothingToRecord(thrown: unknown): boolean {
  return (
    thrown instanceof AppError &&
    ['database_unavailable', 'not_ready', 'lease_lost'].includes(thrown.code)
  )
}

/** Makes an Error of whatever was thrown. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
