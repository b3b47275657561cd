import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { aCall, aHolding, aMessage, anOrganization, aPhoneNumber } from '../support/rows.ts'

/** The last migration of the release that the data is from. */
const BEFORE = '0026'

const HOUR_MS = 3_600_000
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS)

const numbers = [
  {
    which: 'bound to an agent of its organization',
    before: { agent_id: 'agent_own' },
    after: { agent_id: 'agent_own', joined: false },
  },
  {
    which: 'bound to the agent of the deployment, which no row names',
    before: { agent_id: 'agent_default' },
    after: { agent_id: null, joined: false },
  },
  {
    which: 'in a Messaging Service',
    before: { messaging_service_sid: 'MG1' },
    after: { agent_id: null, joined: true },
  },
]

const messages = [
  {
    which: 'sent, whose end may still be told',
    before: { direction: 'outbound', status: 'sent', provider_message_id: 'SM1', looks: 3 },
    after: { is_due: true, looks: 0 },
  },
  {
    which: 'sent too long ago for its end to be told',
    before: {
      direction: 'outbound',
      status: 'sent',
      provider_message_id: 'SM2',
      created_at: ago(17),
    },
    after: { is_due: false, looks: 0 },
  },
  {
    which: 'that was delivered',
    before: { direction: 'outbound', status: 'delivered', provider_message_id: 'SM3', looks: 2 },
    after: { is_due: false, looks: 2 },
  },
  {
    which: 'sent, that is looked after already',
    before: {
      direction: 'outbound',
      status: 'sent',
      provider_message_id: 'SM4',
      looks: 1,
      look_at: ago(-1),
    },
    after: { is_due: false, looks: 1 },
  },
  {
    which: 'that may not have been sent',
    before: { direction: 'outbound', status: 'queued' },
    after: { is_due: false, looks: 0 },
  },
  {
    which: 'of a customer',
    before: { direction: 'inbound', status: 'received', provider_message_id: 'SM5' },
    after: { is_due: false, looks: 0 },
  },
]

const untouched = { end_unknown: false, failure_reason: null, price: null }
const calls = [
  {
    which: 'in progress, whose end nobody looks for any more',
    before: { status: 'in-progress', conversation_id: 'conv_1' },
    after: {
      status: 'failed',
      end_unknown: true,
      failure_reason: 'its end was not reported',
      // It may have taken place: nobody has told what it cost.
      price: null,
    },
  },
  {
    which: 'in progress, with a reason noted, whose end nobody looks for any more',
    before: { status: 'in-progress', failure_reason: 'no agent answered' },
    after: {
      status: 'failed',
      end_unknown: true,
      failure_reason: 'no agent answered',
      price: null,
    },
  },
  {
    which: 'in progress, whose end is still looked for',
    before: { status: 'in-progress', conversation_id: 'conv_2', look_at: ago(-1) },
    after: { ...untouched, status: 'in-progress' },
  },
  {
    which: 'that failed before a word was said',
    before: { status: 'failed', conversation_id: 'conv_3' },
    after: { ...untouched, status: 'failed', price: '0' },
  },
  {
    which: 'that failed after a while',
    before: { status: 'failed', conversation_id: 'conv_4', duration_seconds: 30 },
    after: { ...untouched, status: 'failed' },
  },
  {
    which: 'that failed, and was charged for',
    before: { status: 'failed', conversation_id: 'conv_charged' },
    after: { ...untouched, status: 'failed', price: '500' },
  },
  {
    which: 'that took place, at a cost not told yet',
    before: { status: 'completed', conversation_id: 'conv_5', duration_seconds: 30 },
    after: { ...untouched, status: 'completed' },
  },
]

/** All types of notifications there were. */
const TYPES =
  'elevenlabs_import_required batch_import_required phone_setup_failed order_needs_person account_problem pool_low purchase_limit_reached sms_routing_failed call_routing_failed reconcile_findings inactive_number post_call_missed'.split(
    ' ',
  )

describe(`a database of ${BEFORE} with data, migrated`, () => {
  let url: string
  let drop: () => Promise<void>
  /** By what they are. */
  const ids = new Map<string, string>()
  const query = (text: string, values?: unknown[]) => sql(url, text, values)

  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase('template0'))
    const older = await migrationsUpTo(BEFORE)
    await migrate(url, pathToFileURL(`${older}/`))
    await rm(older, { recursive: true })
    await fill()
    await migrate(url, MIGRATIONS)
  })
  afterAll(() => drop())

  async function fill() {
    const organizationId = await anOrganization(url)
    await query(
      `insert into orgline.agents (organization_id, request_id, elevenlabs_agent_id, name, status)
       values ($1, gen_random_uuid(), 'agent_own', 'Mia', 'active')`,
      [organizationId],
    )
    for (const { which, before } of numbers) ids.set(which, await aPhoneNumber(url, before))
    const holdingId = await aHolding(url, organizationId, await aPhoneNumber(url))
    const traffic = { organizationId, holdingId, contactId: null }
    for (const { which, before } of messages) ids.set(which, await aMessage(url, traffic, before))
    for (const { which, before } of calls) ids.set(which, await aCall(url, traffic, before))
    await query(
      `insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at, price)
       values ('conv_charged', 'conversation', $1, 'inbound', now(), 500)`,
      [organizationId],
    )
    await query(`insert into orgline.erased_keys (key, erased_at) values ('SM-erased', now())`)
    await query(
      `insert into orgline.webhook_events (event_key, event, kind)
       values ('call', '{}', 'call'), ('message', '{}', 'message')`,
    )
    await query(
      `insert into orgline.admin_notifications (type, subject, message)
       select type, type, 'Something is to be done' from unnest($1::text[]) as type`,
      [TYPES],
    )
  }

  test.each(numbers)('a number $which: is as it was meant', async ({ which, after }) => {
    const columns = 'agent_id, messaging_service_joined as joined'
    const rows = await query(`select ${columns} from orgline.phone_numbers where id = $1`, [
      ids.get(which),
    ])

    expect(rows).toEqual([after])
  })

  test.each(messages)('a text $which: is looked after where that helps', async (text) => {
    const columns = 'coalesce(look_at <= now(), false) as is_due, looks'
    const rows = await query(`select ${columns} from orgline.messages where id = $1`, [
      ids.get(text.which),
    ])

    expect(rows).toEqual([text.after])
  })

  test.each(calls)('a call $which: has the end and the cost it had', async ({ which, after }) => {
    const rows = await query(
      `select c.status, c.end_unknown, c.failure_reason, k.price from orgline.calls c
       left join orgline.carrier_charges k on k.sid = c.conversation_id where c.id = $1`,
      [ids.get(which)],
    )

    expect(rows).toEqual([after])
  })

  test('what was erased, kept events and notifications: are all there still', async () => {
    const erased = await query('select key, organization_id from orgline.erased_keys')
    const events = await query('select kind from orgline.webhook_events order by kind')
    const [told] = await query(
      'select array_agg(type order by type) as types from orgline.admin_notifications',
    )

    expect(erased).toEqual([{ key: 'SM-erased', organization_id: null }])
    expect(events).toEqual([{ kind: 'call' }, { kind: 'message' }])
    expect(told).toEqual({ types: TYPES.toSorted() })
  })

  test('an agent without a change under way: has none to be finished', async () => {
    const rows = await query('select status, changes, change_at from orgline.agents')

    expect(rows).toEqual([{ status: 'active', changes: null, change_at: null }])
  })
})

/** A folder with these alone, and no functions: what was there then is not kept. */
async function migrationsUpTo(last: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orgline-migrations-'))
  await mkdir(join(folder, 'functions'))
  const names = (await readdir(MIGRATIONS)).filter((name) => /^\d{4}_/.test(name))
  for (const name of names.filter((each) => each.slice(0, 4) <= last)) {
    await cp(fileURLToPath(new URL(name, MIGRATIONS)), join(folder, name))
  }
  return folder
}
