import { idOf } from './fill.ts'
import type { Question } from './question.ts'
import { ofDeliveries } from './questions-of-events.ts'

const URL = `'https://orgline.example'`

/** The limits that such claims go by. */
const GUARD = JSON.stringify({
  customer_hourly_replies: 20,
  daily_replies: 500,
  replies_in_a_row: 8,
  shared_replies: 2_000,
  agent_calls: 50,
  daily_spend: 60_000_000,
  account_daily_spend: 10_000_000,
  deployment_daily_spend: 1_000_000_000_000,
  minute_cost: 100_000,
  reply_cost: 10_000,
  new_days: 7,
  new_percent: 25,
})

/** What loops ask for. */
export function forLoops(): Question[] {
  return [
    { name: 'read the gauges', call: 'read_gauges()' },
    { name: 'claim calls to poll', call: 'claim_calls_to_poll(20, 60000)' },
    { name: 'claim texts to poll', call: 'claim_messages_to_poll(20, 60000)' },
    { name: 'claim a missed call to text', call: 'claim_missed_call(60000, null)' },
    {
      name: 'claim a text to answer',
      call: `claim_text_turn('agent', 60000, ${URL}, null, '{}', '${GUARD}')`,
    },
    { name: 'claim text conversations to poll', call: 'claim_text_conversations(20)' },
    { name: 'claim a mail', call: `claim_mail(60000, ${URL}, repeat('0', 64), 7)` },
    { name: 'claim an order', call: `claim_next_order(60, ${URL})` },
    {
      name: 'claim a number to sync',
      call: `claim_number_to_sync(60000, 'elevenlabs', 'agent', ${URL})`,
    },
    {
      name: 'claim a number of one to sync',
      call: `claim_organization_number_to_sync(${idOf('organization 7')}, 60000, 'elevenlabs', 'agent', ${URL})`,
    },
    {
      name: 'claim a given number to sync',
      call: `claim_given_number_to_sync(${idOf('number 7')}, 60000, 'elevenlabs', 'agent', ${URL})`,
    },
    { name: 'claim a given order', call: `claim_order(${idOf('open order 9')}, 60, ${URL})` },
    {
      name: 'claim a number of one to register',
      call: `claim_organization_number_to_register(${idOf('organization 7')}, null, null, 60000, ${URL})`,
    },
    {
      name: 'claim a given agent to remove',
      call: `claim_given_agent_to_remove(gen_random_uuid(), 60000, ${URL})`,
    },
    { name: 'claim a number to release', call: `claim_number_to_release(60000, ${URL})` },
    {
      name: 'claim a number to register',
      call: `claim_number_to_register(null, null, 60000, ${URL})`,
    },
    { name: 'claim a service to check', call: `claim_service_to_check(null, 60000, 'ready')` },
    {
      name: 'claim an agent to change',
      call: `claim_agent_change(60000, 5, ${URL}, null, 'elevenlabs', '${GUARD}')`,
    },
    {
      name: 'claim an agent of one to change',
      call: `claim_agent_change_of(${idOf('organization 7')}, 60000, 5, ${URL}, null, 'elevenlabs', '${GUARD}')`,
    },
    { name: 'claim an agent to remove', call: `claim_agent_to_remove(60000, ${URL})` },
    { name: 'claim an erasure', call: `claim_erasure(60000, ${URL}, '{}')` },
    {
      name: 'review imports, one token',
      call: `review_imports('token', null, ${URL}, false, 10)`,
    },
    {
      name: 'review imports, two tokens',
      call: `review_imports('token', 'former token', ${URL}, false, 10)`,
    },
    {
      name: 'imports to judge, after one token',
      call: `private.imports_to_judge('token', null, false, now() - interval '20 years')`,
    },
    { name: 'order renewals', call: `order_renewals('token', 10)` },
    { name: 'claim a recording', call: `claim_recording(60000, ${URL})` },
    { name: 'claim an alert', call: 'claim_alert(60000)' },
    { name: 'destinations of unknown countries', call: 'unknown_destinations(100)' },
    ...ofDeliveries(URL),
    { name: 'retry a deferred event', call: 'retry_deferred_event()' },
    { name: 'charges to list', call: 'charges_to_list(false)' },
    { name: 'record prices', call: `record_number_prices('US', 1150000, 2150000, 1000, null)` },
    { name: 'report inactive numbers', call: 'report_inactive_numbers(30, 1000, null)' },
    { name: 'replenish the pool', call: 'replenish_pool(1, 1, false)' },
    { name: 'delete what is outdated', call: 'delete_outdated(365, 0)' },
    { name: 'delete events that are outdated', call: 'delete_outdated_events(0)' },
  ]
}
