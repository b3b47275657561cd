/** A customer's number, in facts, in a carrier's words and in an address. */
export const CUSTOMER = '+16045559876'
const NUMBER = '+16045550123'
const ORGANIZATION = 'Premium Auto Sales'
const ID = '0b54c1a6-2f5e-4ac2-9c7b-3d1f1e0a7c11'
const OTHER_ID = '7e0f9f0e-8d0c-4f57-9d61-5b7a52f4a0d2'
const AT = '2026-11-29T10:00:00.123456+00:00'
const ERROR = `Twilio calls.create: 400 'To' number ${CUSTOMER} is not valid.`
const URL = 'https://line.example.com'

/** Where a deployment asks its carriers. */
export const APIS = { twilio: 'https://api.twilio.com', elevenLabs: 'https://api.elevenlabs.io' }

const some = {
  count: 22,
  numbers: [
    { number: NUMBER, organization: ORGANIZATION },
    { number: '+16045550124', organization: null },
  ],
}
const none = { count: 0, numbers: [] }
const arrival = { number: NUMBER, provider_id: 'SM0123', at: AT }
const stuck = { cause: 'stuck', kind: 'text', ...arrival, error: ERROR, given_up: false }
const order = { order_id: ID, organization: ORGANIZATION, number: NUMBER, error: ERROR }

/** Facts of every type and cause, as SQL stores them: more than one where the words differ. */
export const FACTS: Record<string, Record<string, unknown>[]> = {
  mail_not_sent: [
    {
      cause: 'refused',
      kind: 'invitation',
      recipient: 'ann@example.com',
      error: 'it answered 550 No such user',
    },
    {
      cause: 'refused',
      kind: 'notification',
      recipient: 'ALERT_EMAIL',
      error: 'it answered 550 No such user',
    },
    { cause: 'waiting', since: AT, error: 'no answer (ECONNREFUSED)' },
  ],
  elevenlabs_import_required: [
    { number: NUMBER, organization: ORGANIZATION, error: ERROR },
    { number: NUMBER, organization: null, error: null },
  ],
  batch_import_required: [{ numbers: [NUMBER, '+16045550124'], error: null }],
  phone_setup_failed: [
    { cause: 'order', ...order, step: 'sync' },
    { cause: 'order', ...order, number: null, organization: null, step: 'choose', error: null },
    {
      cause: 'sync',
      number: NUMBER,
      number_status: 'assigned',
      organization: ORGANIZATION,
      organization_status: 'suspended',
      error: ERROR,
    },
    {
      cause: 'sync',
      number: NUMBER,
      number_status: 'quarantined',
      organization: null,
      organization_status: null,
      error: ERROR,
    },
    { cause: 'release', number: NUMBER, error: ERROR },
    {
      cause: 'agent_change',
      agent_id: 'agent_0123',
      agent_name: 'Mia',
      organization: ORGANIZATION,
      attempts: 8,
      changes: ['few_calls_over', 'prompt'],
      error: ERROR,
    },
    {
      cause: 'transfer',
      agent_id: 'agent_0123',
      agent_name: 'Mia',
      organization: ORGANIZATION,
      number: NUMBER,
    },
    {
      cause: 'transfer',
      agent_id: 'agent_0123',
      agent_name: 'Mia',
      organization: ORGANIZATION,
      number: null,
    },
    {
      cause: 'replies',
      agent_id: 'agent_0123',
      agent_name: 'Mia',
      organization: ORGANIZATION,
      replies: 500,
    },
    {
      cause: 'replies',
      agent_id: 'agent_0123',
      agent_name: 'Mia',
      organization: ORGANIZATION,
      replies: 0,
    },
    { cause: 'refused_text', number: NUMBER, organization_id: ID, error: null, error_code: null },
    {
      cause: 'refused_text',
      number: NUMBER,
      organization_id: ID,
      error: 'The sending number is not registered for texting in the US (A2P 10DLC)',
      error_code: '30034',
    },
    { cause: 'texting', number: NUMBER, organization: null, error: ERROR },
    { cause: 'messaging_service', organization: null, error: ERROR },
    { cause: 'messaging_service', organization: ORGANIZATION, error: ERROR },
  ],
  order_needs_attention: [
    { cause: 'stopped', ...order, number: null, step: 'buy', may_cancel: true },
    { cause: 'stopped', ...order, step: 'sync', may_cancel: false },
    {
      cause: 'batch',
      batch_id: ID,
      failed: 3,
      ordered: 10,
      error: ERROR,
      country: 'CA',
      area_code: '604',
      area_code_only: true,
    },
  ],
  account_problem: [
    { carrier: 'twilio', error: ERROR },
    { carrier: 'elevenlabs', error: ERROR },
  ],
  pool_low: [
    { ready: 1, coming: 0, min: 5, target: 0, error: ERROR },
    { ready: 0, coming: 2, min: 5, target: 10, error: null },
  ],
  purchase_limit_reached: [
    { budget: 'further', limit: 20, order_id: ID, organization: ORGANIZATION },
  ],
  sms_routing_failed: [
    { cause: 'unheld', number: NUMBER, is_ours: true },
    { cause: 'unheld', number: NUMBER, is_ours: false },
    { cause: 'missed', ...arrival },
    ...[false, true].map((given_up) => ({
      cause: 'outcome_unread',
      message_id: ID,
      organization: ORGANIZATION,
      number: NUMBER,
      customer: CUSTOMER,
      error: ERROR,
      given_up,
    })),
    stuck,
  ],
  text_reply_failed: [
    ...[
      'replies_of_agent',
      'replies_of_shared_agent',
      'daily_texts_reached',
      'daily_spend_reached',
      'account_spend_reached',
      'deployment_spend_reached',
      'voice_platform_rejected',
      'telephone_company_account',
      'telephone_company_unreachable',
    ].map((reason) => ({
      organization_id: ID,
      organization: ORGANIZATION,
      number: NUMBER,
      customer: CUSTOMER,
      contact_id: OTHER_ID,
      agent_id: 'agent_1',
      reason,
      failed_for: /^(voice_|replies_of_agent$)/.test(reason) ? 'agent' : 'organization',
    })),
    ...['customer_texts_reached', 'country_not_texted', 'reply_too_late', 'take_over_failed'].map(
      (reason) => ({
        organization_id: ID,
        organization: ORGANIZATION,
        number: NUMBER,
        customer: CUSTOMER,
        contact_id: OTHER_ID,
        agent_id: 'agent_1',
        reason,
        failed_for: 'customer',
      }),
    ),
    {
      organization_id: ID,
      organization: ORGANIZATION,
      number: NUMBER,
      customer: CUSTOMER,
      contact_id: OTHER_ID,
      agent_id: 'agent_1',
      reason: 'agent_silent',
      failed_for: 'agent',
    },
    {
      organization_id: ID,
      organization: ORGANIZATION,
      number: NUMBER,
      customer: CUSTOMER,
      contact_id: OTHER_ID,
      agent_id: null,
      reason: 'replies_in_a_day',
      failed_for: 'organization',
    },
    {
      organization_id: ID,
      organization: ORGANIZATION,
      number: NUMBER,
      customer: CUSTOMER,
      contact_id: OTHER_ID,
      agent_id: 'agent_1',
      reason: 'answer_in_part: The telephone company refused the request',
    },
  ],
  call_routing_failed: [
    { cause: 'unknown_number', number: NUMBER },
    ...[
      {
        reason: 'ElevenLabs register-call: HTTP 503',
        customer: CUSTOMER,
        error_kind: 'unreachable',
      },
      // What the carrier says is read by people, and decides nothing.
      {
        reason: 'ElevenLabs register-call: no HTTP 429 and no daily limit',
        error_kind: 'rejected',
      },
      {
        reason: 'ElevenLabs register-call: enough',
        error_kind: 'rate_limited',
        agent_daily_calls: 20,
      },
      {
        reason: 'Too many',
        error_kind: 'rate_limited',
        agent_id: null,
        call_id: null,
        organization: null,
        recording: 'RE0123',
      },
      { reason: 'Organization 7 may make 0 calls', error_kind: 'refused_here' },
    ].map((differs) => ({
      cause: 'not_routed',
      number: NUMBER,
      organization: ORGANIZATION,
      customer: null,
      call_id: ID,
      recording: `/api/organizations/${OTHER_ID}/calls/${ID}/recording`,
      agent_id: 'agent_0123',
      agent_daily_calls: null,
      agent_daily_calls_until: 'agent_daily_calls' in differs ? AT : null,
      ...differs,
    })),
    ...[true, false].map((is_transfer) => ({
      cause: 'not_put_through',
      number: NUMBER,
      organization: ORGANIZATION,
      destination: CUSTOMER,
      call_id: ID,
      is_transfer,
      reason: ERROR,
    })),
    { cause: 'missed', ...arrival, provider_id: 'CA0123' },
    { ...stuck, kind: 'voicemail', provider_id: 'RE0123', given_up: true },
  ],
  reconcile_findings: [
    { cause: 'unread', error: ERROR },
    ...[
      { status: 'quarantined', shown: null, quarantine_id: OTHER_ID },
      { status: 'quarantined', shown: ID, quarantine_id: null },
      { status: 'assigned', shown: ID, quarantine_id: null },
    ].map((differs) => ({ cause: 'mark', number: NUMBER, organization: ORGANIZATION, ...differs })),
    { cause: 'release', number: NUMBER, error: ERROR, has_begun: false },
    { cause: 'release', number: NUMBER, error: ERROR, has_begun: true },
    ...[
      { order_id: ID, organization: ORGANIZATION, organization_id: OTHER_ID },
      { order_id: ID, organization: null, organization_id: null },
      { order_id: null, organization: null, organization_id: null },
    ].map((of) => ({ cause: 'adopted', number: NUMBER, bought_at: AT, release_at: AT, ...of })),
    { cause: 'not_repaired', reason: `PUBLIC_URL is ${URL}`, count: 1 },
    { cause: 'missing', missing: some, taken: none },
    { cause: 'missing', missing: none, taken: some },
    { cause: 'held', gone: some, unlinked: none, unknown: some },
    { cause: 'held', gone: none, unlinked: some, unknown: none },
    { cause: 'held', gone: none, unlinked: none, unknown: some },
    { cause: 'unconfirmed', ...some, detail: ERROR },
    { cause: 'questions', count: 25, agents: ['a'], details: ['b', ERROR] },
    { cause: 'questions', count: 2, agents: ['agent_0123', 'agent_0124'], details: [] },
    { cause: 'questions', details: ['agent agent_0123 asks https://other.example.com', ERROR] },
    { cause: 'texts', ...some, detail: ERROR },
    { cause: 'marks', ...some },
    { cause: 'lost_imports', ...some },
    { cause: 'lost_numbers', ...some },
  ],
  inactive_number: [{ number: NUMBER, organization: ORGANIZATION, since: AT }],
  post_call_missed: [
    ...[
      { direction: 'inbound', found: true, conversation_id: 'conv_0123' },
      { direction: 'outbound', found: false, conversation_id: null },
    ].map((differs) => ({
      cause: 'end_not_reported',
      call_id: ID,
      organization: ORGANIZATION,
      number: NUMBER,
      customer: CUSTOMER,
      ...differs,
    })),
    ...[false, true].map((given_up) => ({
      cause: 'end_unread',
      call_id: ID,
      direction: 'outbound',
      organization: ORGANIZATION,
      number: NUMBER,
      customer: CUSTOMER,
      conversation_id: 'conv_0123',
      error: ERROR,
      given_up,
    })),
    { cause: 'report_dropped', conversation_id: 'conv_0123', number: NUMBER, error: null },
    { cause: 'report_dropped', conversation_id: 'conv_0123', number: null, error: ERROR },
    { ...stuck, kind: 'conversation', number: null, provider_id: 'conv_0123' },
    { ...stuck, kind: 'agent', number: null, provider_id: 'agent_0123' },
  ],
  erasure_failed: ['message', 'call', 'conversation'].map((kind) => ({
    organization: ORGANIZATION,
    kind,
    provider_id: 'SM0123',
    error: ERROR,
  })),
  recording_deletion_failed: [
    { provider_call_id: 'CA0123', conversation_id: 'conv_0123' },
    { provider_call_id: null, conversation_id: 'conv_0123' },
    { provider_call_id: 'CA0123', conversation_id: null },
  ].map((known) => ({ organization: ORGANIZATION, call_id: ID, ...known, error: ERROR })),
  imports_outdated: [
    ...['unsynced', 'promote', 'manual', 'renewal', 'former', 'unknown'].map((cause) => ({
      cause,
      ...some,
    })),
    { cause: 'unled', stored: URL, public_url: URL },
    { cause: 'unled', stored: 'https://old.example.com', public_url: URL },
  ],
  public_url_unproven: [
    { cause: 'elsewhere', public_url: URL, detail: 'it answers HTTP 404' },
    {
      cause: 'move',
      stored: 'https://old.example.com',
      public_url: URL,
      detail: 'it does not answer',
    },
  ],
  webhooks_refused: ['signature', 'time'].map((cause) => ({
    cause,
    refused: 12,
    accepted: 0,
    detail: ERROR,
  })),
  loop_failing: [
    { loop: 'reconcile', since: AT, error: ERROR },
    { loop: 'imports', since: AT, error: ERROR },
    { loop: 'sync', since: AT, error: null },
  ],
  budget_half_spent: [
    { cause: 'purchases', budget: 'first', count: 10, limit: 20 },
    { cause: 'spending', spent: '51.20', limit: '100.00' },
  ],
  sign_up_waiting: [{ organization_id: ID, organization: ORGANIZATION, email: 'ada@example.com' }],
  organization_name_alike: [
    {
      organization_id: ID,
      organization: 'Рremium Auto Sales',
      slug: 'remium-auto-sales',
      other: ORGANIZATION,
      other_slug: 'premium-auto-sales',
    },
  ],
  tokens_refused: [{ detail: 'its issuer is https://other.example.com' }],
  webhook_endpoint_paused: [
    {
      cause: 'failing',
      endpoint_id: '0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1f',
      organization: 'Premium Auto Sales',
      host: 'crm.example.com',
      since: '2026-05-04T16:20:00.000+00:00',
      error: 'answered 503',
    },
    {
      cause: 'gone',
      endpoint_id: '0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1f',
      organization: null,
      host: 'crm.example.com',
      since: '2026-05-04T16:20:00.000+00:00',
      error: 'answered 410',
    },
  ],
}
