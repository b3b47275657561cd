import { idOf } from './fill.ts'
import { forLoops } from './loop-questions.ts'
import { OPERATOR, type Question } from './question.ts'
import { ofEndpoint, ofStreams } from './questions-of-events.ts'

const USER = `jsonb_build_object('kind', 'user', 'id', ${idOf('user 7')})`
const RATES = `'{"number": 1150000, "segment": 7900, "minute": 8500, "agentMinute": 100000}'`
const MONTH = `date_trunc('month', now() - interval '20 days'), date_trunc('month', now() - interval '20 days') + interval '1 month'`
const URL = `'https://orgline.example'`

/** An ordinary organization, and the hot one. */
const WHOSE = [
  { whose: 'ordinary', n: '7' },
  { whose: 'hot', n: '0' },
] as const

/** What a number that organizations have is called, and its customer: as statements.ts has them. */
const ours = (n: string) => `'+1200' || lpad('${n}', 9, '0')`
const CUSTOMER = `'+1500000000001'`

function ofOrganization(n: string): Question[] {
  const id = idOf(`organization ${n}`)
  const contact = idOf(`contact ${n}-1`)
  const cursor = (table: string, at = 'created_at', offset = 0) =>
    `(select private.cursor_of(${at}, id) from orgline.${table} where organization_id = ${id} order by ${at} desc, id desc offset ${offset} limit 1)`
  return [
    {
      name: 'conversation-initiation',
      call: `begin_inbound_call('CAx', 'conv_x', 'agent', ${CUSTOMER}, ${ours(n)}, ${CUSTOMER}, 'request', 60000)`,
    },
    {
      name: 'call/incoming',
      call: `begin_voice_call('CAx', 'agent', ${CUSTOMER}, ${ours(n)}, ${CUSTOMER}, true, 'request', 60000, 100000, 100000)`,
    },
    {
      name: 'inbound text',
      call: `receive_message('SMx', ${CUSTOMER}, ${ours(n)}, ${CUSTOMER}, 'Hello', '[]', 1, 'request')`,
    },
    {
      name: 'number to text from',
      call: `private.choose_number(${id}, 'text', ${CUSTOMER}, null, null, false)`,
    },
    {
      name: 'number to call from',
      call: `private.choose_number(${id}, 'call', ${CUSTOMER}, null, 'agent', true)`,
    },
    { name: 'list texts', call: texts(id, 'null', 'null', 'null') },
    {
      name: 'list texts, 2nd page',
      call: texts(id, 'null', 'null', cursor('messages', 'created_at', 5)),
    },
    { name: 'list texts, one customer', call: texts(id, 'null', contact, 'null') },
    { name: 'list texts, failed', call: texts(id, `'failed'`, 'null', 'null') },
    { name: 'list calls', call: calls(id, 'null', 'null') },
    {
      name: 'list calls, 2nd page',
      call: calls(id, 'null', cursor('calls', 'coalesce(started_at, created_at)', 1)),
    },
    { name: 'list calls, one customer', call: calls(id, contact, 'null') },
    { name: 'list contacts', call: contacts(id, 'null', 'null', 'null') },
    {
      name: 'list contacts, 2nd page',
      call: contacts(id, 'null', 'null', cursor('contacts', 'created_at', 1)),
    },
    { name: 'list contacts, by number', call: contacts(id, CUSTOMER, 'null', 'null') },
    { name: 'list contacts, by status', call: contacts(id, 'null', `'New Inquiry'`, 'null') },
    {
      name: 'list contacts, by status and number',
      call: contacts(id, CUSTOMER, `'Active Lead'`, 'null'),
    },
    { name: 'timeline', call: `list_contact_timeline(${OPERATOR}, ${id}, ${contact}, 50, null)` },
    // As many as there are whichever of its entries is the newest.
    {
      name: 'timeline, 2nd page',
      call: `list_contact_timeline(${OPERATOR}, ${id}, ${contact}, 3, (select private.cursor_of(created_at, id) from orgline.messages where organization_id = ${id} and contact_id = ${contact} order by created_at desc limit 1))`,
    },
    { name: 'list numbers', call: `list_organization_phone_numbers(${OPERATOR}, ${id}, 50, null)` },
    {
      name: 'list numbers, for operators',
      call: `list_phone_numbers_of_organization(${id}, null, 50, null)`,
    },
    { name: 'list orders', call: `list_orders_of_organization(${id}, null, 50, null)` },
    { name: 'list agents', call: `list_agents(${OPERATOR}, ${id}, 50, null)` },
    {
      name: 'list agents’ numbers',
      call: `list_agent_phone_numbers(${OPERATOR}, ${id}, 50, null)`,
    },
    { name: 'list keys', call: `list_api_keys(${OPERATOR}, ${id}, 50, null)` },
    ...ofEndpoint(id, idOf(`endpoint ${n}`)),
    { name: 'list members', call: `list_members(${OPERATOR}, ${id}, 50, null)` },
    {
      name: 'list numbers not to call',
      call: `list_do_not_call(${OPERATOR}, ${id}, null, 50, null)`,
    },
    { name: 'export', call: `export_contact(${OPERATOR}, ${id}, ${contact}, 50, null)` },
    { name: 'list audit', call: `list_audit(${OPERATOR}, ${id}, 50, null)` },
    { name: 'usage', call: `organization_usage(${OPERATOR}, ${id}, ${MONTH}, ${RATES})` },
    { name: 'explain', call: `explain_route(${ours(n)}, ${CUSTOMER}, null)` },
  ]
}

const texts = (id: string, status: string, contact: string, cursor: string) =>
  `list_messages(${OPERATOR}, ${id}, null, ${status}, ${contact}, null, null, 50, ${cursor})`
const calls = (id: string, contact: string, cursor: string) =>
  `list_calls(${OPERATOR}, ${id}, null, null, ${contact}, null, null, 50, ${cursor})`
const contacts = (id: string, number: string, status: string, cursor: string) =>
  `list_contacts(${OPERATOR}, ${id}, ${number}, null, ${status}, null, 50, ${cursor})`

function forOperators(): Question[] {
  const middle = (table: string) =>
    `(select private.cursor_of(created_at, id) from orgline.${table} order by created_at offset 500 limit 1)`
  return [
    { name: 'list organizations', call: `list_organizations(${OPERATOR}, null, null, 50, null)` },
    {
      name: 'list organizations, late page',
      call: `list_organizations(${OPERATOR}, null, null, 50, ${middle('organizations')})`,
    },
    { name: 'list all numbers', call: 'list_phone_numbers(null, 50, null)' },
    {
      name: 'list all numbers, late page',
      call: `list_phone_numbers(null, 50, ${middle('phone_numbers')})`,
    },
    {
      name: 'find numbers, of an area code',
      call: `find_phone_numbers('+1200', null, 50, ${middle('phone_numbers')})`,
    },
    { name: 'find numbers, one', call: `find_phone_numbers(${ours('7')}, 'assigned', 50, null)` },
    { name: 'what became of a number', call: `phone_number_history(${ours('7')})` },
    { name: 'list activity', call: 'list_activity(null, false, 50, null)' },
    {
      name: 'list activity, late page',
      call: `list_activity(null, false, 50, ${middle('messages')})`,
    },
    { name: 'list activity, failed', call: `list_activity(null, true, 50, null)` },
    { name: 'list all numbers, released', call: `list_phone_numbers('released', 50, null)` },
    { name: 'list all orders', call: 'list_orders(null, 50, null)' },
    // As many as there are of 1,000 organizations.
    { name: 'list all orders, running', call: `list_orders('running', 20, null)` },
    { name: 'list notifications', call: `list_notifications('pending', null, 50, null)` },
    { name: 'list notifications, all', call: 'list_notifications(null, null, 50, null)' },
    {
      name: 'list notifications, of a type',
      call: `list_notifications(null, 'pool_low', 50, null)`,
    },
    { name: 'list all audit', call: `list_audit_for_all(${OPERATOR}, 50, null)` },
    { name: 'list agents of all', call: `list_visible_agents(${OPERATOR}, 50, null)` },
    {
      name: 'list agents’ numbers of all',
      call: `list_visible_agent_phone_numbers(${OPERATOR}, 50, null)`,
    },
    {
      name: 'list numbers nobody calls',
      call: `list_do_not_call_for_all(${OPERATOR}, null, 50, null)`,
    },
    { name: 'list invites', call: `list_invites(${USER}, 'invited7@example.com', 50, null)` },
    { name: 'list agents to sweep', call: 'list_voice_agent_ids()' },
    {
      name: 'list webhook endpoints of operators',
      call: `list_webhook_endpoints(${OPERATOR}, null, 50, null)`,
    },
    { name: 'list agents in use', call: 'list_active_agents()' },
    { name: 'plan a provision', call: `plan_provision('"all"', 50)` },
    { name: 'pool status', call: 'pool_status(1150000)' },
    { name: 'usage total', call: `usage_total(${MONTH}, ${RATES})` },
    { name: 'usage of all', call: `usage_of_all(${MONTH}, ${RATES}, 50, null)` },
    {
      name: 'take from the pool',
      call: `private.take_pool_number(${idOf('organization 7')}, null, null, null, false)`,
    },
    { name: 'numbers to reconcile', call: 'numbers_to_reconcile(1000, null)' },
    {
      name: 'server start',
      call: `register_server_start('elevenlabs', 'agent', ${URL}, null, 500)`,
    },
    {
      name: 'server start, changed',
      call: `register_server_start('elevenlabs', 'agent_other', ${URL}, null, 500)`,
    },
  ]
}

/** The functions whose cost might grow with the tables: webhooks, lists, bills, loops, the start. */
export const questions: Question[] = [
  ...WHOSE.flatMap(({ whose, n }) =>
    ofOrganization(n).map((each) => ({ ...each, name: `${each.name}, ${whose}` })),
  ),
  ...forOperators(),
  ...ofStreams(idOf('organization 7')),
  ...forLoops(),
]
