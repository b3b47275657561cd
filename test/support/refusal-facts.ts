const NUMBER = '+16045550123'
const CUSTOMER = '+16045559876'
const ID = '0b54c1a6-2f5e-4ac2-9c7b-3d1f1e0a7c11'
const OTHER_ID = '7e0f9f0e-8d0c-4f57-9d61-5b7a52f4a0d2'
const AT = '2026-11-29T10:00:00.123456+00:00'

const number = { number: NUMBER }
const agent = { agent_id: 'agent_0123' }
const organization = { organization_id: ID }
const order = { order_id: ID }
const call = { call: 'CA0123' }
const registration = 'Messaging Service MG0123 has no A2P 10DLC campaign'

/** Facts of every reason for which SQL refuses something: more than one where the words differ. */
export const REFUSED: Record<string, Record<string, unknown>[]> = {
  routing_needs_server: [{ number: null }, number],
  routing_needs_hours: [{ number: null }, number],
  repeated_too_soon: [
    { kind: 'call', number: CUSTOMER, id: ID, status: 'in-progress' },
    { kind: 'text', number: CUSTOMER, id: ID, status: 'queued' },
  ],
  operators_only: [{}],
  admins_only: [{}],
  organization_unknown: [organization],
  agent_unknown: [agent],
  changed_meanwhile: [{}],
  key_of_another_request: [{}],
  key_just_ended: [{}],
  key_still_running: [{}],
  answer_lost: [{}],
  contacts_erased_in_a_day: [{ limit: 10_000 }],
  rows_over_limit: [
    { limit: 100_000, what: 'contacts' },
    { limit: 500, what: 'api_keys' },
    { limit: 500, what: 'open_invites' },
    { limit: 1_000, what: 'members' },
    { limit: 100_000, what: 'do_not_call' },
    { limit: 100_000, what: 'do_not_call_for_all' },
  ],
  rows_added_in_a_day: [
    { what: 'idempotency_keys', limit: 50_000, next_at: AT },
    { what: 'audit_log', limit: 50_000, next_at: AT },
    { what: 'audited_readings', limit: 50_000, next_at: AT },
  ],
  result_removed: [{ id: ID }],
  key_over_already: [{}],
  notification_unknown: [{ id: ID }],

  agent_has_number: [{ ...number, ...agent, ...organization }],
  number_may_be_bought: [{ ...agent, ...order }],
  number_being_bought: [agent],
  agent_without_number: [agent],
  agent_getting_number: [agent],
  agent_being_changed: [agent],
  agent_deleted_meanwhile: [{}],
  endpoints_removed_too_often: [{}],
  cursor_is_outdated: [{}],
  agent_of_another: [agent],
  organization_not_named: [{ is_operator: true }, { is_operator: false }],
  member_of_none: [{}],
  number_of_agent_over_limit: [{ count: 10, limit: 10 }],
  agents_over_limit: [{ count: 20, limit: 20 }],
  agent_of_request_deleted: [{}],
  agent_being_created: [{}],
  agent_lease_lost: [{ id: ID }],

  call_unknown: [call],
  destination_excluded: [
    { number: CUSTOMER, setting: 'routing', country: 'US', of: CUSTOMER, countries: ['CA'] },
    { number: CUSTOMER, setting: 'fallback_forward_to', country: null, of: null, countries: [] },
  ],
  transfer_excluded: [{ number: CUSTOMER, country: 'US', countries: ['CA'] }],
  transfer_to_own_number: [number],
  no_agent_of_its_own: [organization],
  call_over: [call],
  call_not_listed: [{ call_id: ID }],
  recording_missing: [{ call_id: ID }],
  recording_under_way: [{ call_id: ID }],
  recording_out_of_time: [{ call_id: ID }],
  medium_missing: [{ message_id: ID, place: 3 }],
  listed_by_organization: [{ number: CUSTOMER, ...organization, since: AT }],
  listed_for_all: [{ number: CUSTOMER, since: AT }],
  suspended_from_calling: [organization],
  number_not_ready: [organization],
  number_not_imported: [{ ...number, ...organization }],
  no_number_to_call_from: [organization],
  call_to_own_number: [number],

  number_not_own: [{ ...number, ...organization }],
  number_taken_away: [organization],
  number_cannot_be_from: [
    { ...number, kind: 'call' },
    { ...number, kind: 'text' },
  ],

  contact_with_own_number: [number],
  contact_not_listed: [{ contact_id: ID }],
  contact_there_already: [{ number: CUSTOMER, contact_id: ID }],
  contact_merged_already: [{ contact_id: ID, into: OTHER_ID }],
  result_erased: [{ id: ID }],

  country_not_served: [
    { number: '+3312345678', country: 'FR', countries: ['CA', 'US'] },
    { number: '+88312345678', country: null, countries: [] },
  ],
  country_not_chosen: [
    { number: '+3312345678', country: 'FR', ...organization, countries: ['CA'] },
    { number: '+3312345678', country: 'FR', ...organization, countries: [] },
  ],

  calls_at_once: [
    { ...organization, running: 5, limit: 5 },
    { ...organization, running: 0, limit: 0 },
  ],
  calls_in_a_day: [
    { ...organization, count: 100, limit: 100, next_at: AT },
    { ...organization, count: 0, limit: 0, next_at: null },
  ],
  minutes_in_a_day: [{ ...organization, minutes: 300, limit: 300, next_at: AT }],
  spend_in_a_day: [{ ...organization, spent: '50.10', limit: '50.00', next_at: AT }],
  calls_to_customer: [{ number: CUSTOMER, ...organization, limit: 10, next_at: AT }],
  texts_to_customer: [{ number: CUSTOMER, ...organization, limit: 50, next_at: AT }],
  texts_in_a_minute: [{ ...organization, segments: 3, limit: 60, next_at: AT }],
  texts_in_a_day: [{ ...organization, segments: 2_000, limit: 2_000, next_at: AT }],
  spend_of_new_account: [{ limit: '20.00', spent: '18.00', outlay: '3.00', next_at: AT }],
  spend_of_all: [{ limit: '500.00', next_at: AT }],
  agents_in_a_day: [
    { count: 3, limit: 3, is_new: true, next_at: AT },
    { count: 50, limit: 50, is_new: false, next_at: AT },
  ],
  calls_from_default: [{ ...organization, count: 5, limit: 5, next_at: AT }],
  calls_of_all_from_default: [{ count: 50, next_at: AT }],
  sign_ups_in_an_hour: [{ count: 20, next_at: AT }],

  suspended_from_texting: [organization],
  no_number_to_text_from: [organization],
  number_cannot_text: [
    { ...number, sms_status: 'needs_registration', error: null },
    { ...number, sms_status: 'needs_registration', error: registration },
    { ...number, sms_status: 'pending', error: null },
    { ...number, sms_status: 'pending', error: registration },
    { ...number, sms_status: 'unsupported', error: null },
  ],
  text_to_own_number: [number],
  customer_opted_out: [{ number: CUSTOMER, our_number: NUMBER }],
  text_turn_over: [{ turn_id: ID }],
  message_unknown: [{ message_id: ID }],

  organizations_over_limit: [{ limit: 5 }],
  slug_in_use: [{ slug: 'premium-auto' }],
  signed_up_already: [{ slug: 'premium-auto', ...organization }],
  default_number_not_active: [number],
  forward_to_own_number: [number],
  routing_to_own_number: [number],
  messaging_service_of_another: [{ service: 'MG0123' }],
  suspended_from_numbers: [{ organization: 'Premium Auto Sales' }],
  api_key_not_listed: [{ key_id: ID }],
  webhook_endpoint_unknown: [{ endpoint_id: ID }],
  webhook_endpoint_is_paused: [{ endpoint_id: ID }],
  event_delivery_unknown: [{ delivery_id: ID }],
  invite_not_open: [{ invite_id: ID }],
  invite_token_differs: [{ email: 'ann@example.com' }],
  invite_link_expired: [{ at: '2026-11-29T10:00:00.123456+00:00' }],
  only_admin: [
    { user_id: ID, change: 'demoted' },
    { user_id: ID, change: 'removed' },
  ],
  not_a_member: [{ member: 'ann@example.com' }],

  numbers_over_limit: [{ count: 10, limit: 10 }],
  new_numbers_over_limit: [{ count: 2, next_at: AT, days: 7 }],
  number_being_set_up: [number],
  number_of_another: [number],
  purchase_not_confirmed: [number],
  number_released: [{ ...number, at: AT }],
  number_being_released: [{ ...number, since: AT }],
  number_not_quarantined: [number],
  release_lease_lost: [{ id: ID }],

  order_unknown: [order],
  order_lease_lost: [order],
  order_not_to_retry: [{ ...order, status: 'done' }],
  order_being_run: [order],
  order_has_bought: [order],
  order_may_have_bought: [order],

  number_not_ours: [number],
  number_not_listed: [number],
  number_not_entered: [number],
  nothing_to_finish: [number],
  number_not_to_activate: [{ ...number, status: 'quarantined' }],
  import_id_in_use: [{ elevenlabs_phone_id: 'phnum_0123' }],
  number_of_another_deployment: [{ ...number, name: 'orgline:old:1', deployment: 'new' }],
  number_entered_already: ['configured', 'quarantined', 'purchased', 'assigned'].map((status) => ({
    ...number,
    status,
  })),
  number_held_by_another: [{ ...number, organization: 'Premium Auto Sales' }],
  number_not_configured: ['purchasing', 'purchased', 'imported', 'quarantined', 'failed'].map(
    (status) => ({ ...number, status }),
  ),
  number_missing_at_carrier: [number],
  number_marked_at_carrier: [number],
  number_has_order: [number],
  address_changed: [{ public_url: 'https://new.example.com', stored: 'https://old.example.com' }],
  never_compared: [{}],
}
