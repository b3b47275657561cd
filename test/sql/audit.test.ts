import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import type { Actor } from '../../src/platform/actor.ts'
import { actorFunctions, ownedBy, rowsOf } from '../support/actor-functions.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aNumber } from '../support/rows.ts'
import { untyped } from '../support/stand-in.ts'

/** What changes nothing, whoever calls it, as it promises (`stable`). */
const reading = `select p.proname as name from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.provolatile <> 'v'`

/**
 * What the server does by itself: its loops, its webhooks, and the steps of what somebody asked for by
 * another function, which is in the log. A function that is in neither list acts for somebody unseen.
 */
const byItself =
  /^(claim|record|note|unknown|count_(call|message|text)_poll|stop_polling|begin_(inbound|voice)_call|begin_(forward|transfer)$|begin_(buy|import|release)$|renew|return_order_lease|choose_number|give_up|take_up_bought|skip_import|pause_carrier|end_agent_change|postpone|(retry|put_off)_deferred|receive_message|replenish_pool|report_inactive|order_renewals$|review_imports|answer_batch|check_activation|delete_outdated|released_numbers|end_stuck|report_(stuck_arrival|failing_loops|sweep_unread)|end_(call|message)_poll_failing|register_server_start|presume_number_gone$)|_idempotent_request$|^keep_idempotency_key$|^authenticate_api_key$|_lease$|^(take|end|begin|finish|keep)_(lease|work|turn)/

const ready = `update phone_numbers set sms_status = 'ready', elevenlabs_phone_id = gen_random_uuid()
  where id in (select phone_number_id from organization_phone_numbers where organization_id = $1)`
const listed = `insert into do_not_call (organization_id, phone_number)
  select o.id, p.phone_number from phone_numbers p left join organizations o on o.id = $1
  where p.id in (select phone_number_id from organization_phone_numbers where organization_id = $1)`
const quarantined = `with ended as (
    update organization_phone_numbers set ended_at = now(), is_active = false where organization_id = $1 returning *)
  update phone_numbers p set status = 'quarantined', quarantined_at = now(), release_at = now() + interval '9 days', quarantine_id = ended.id
  from ended where p.id = ended.phone_number_id`
const agents = `update phone_numbers p set agent_id = (
    select elevenlabs_agent_id from agents where organization_id = $1 and status = 'active')
  where id in (select phone_number_id from organization_phone_numbers where organization_id = $1)`

/** What only writes down that something was read. */
const NOTES = /^note_(listening|viewing)$/

const recorded = `update calls set recording_url = 'https://carrier.example/Recordings/RE1' where organization_id = $1`
const pictured = `update messages set direction = 'inbound', provider_message_id = gen_random_uuid(), media = '[{"url": "https://x"}]'
  where organization_id = $1`

/** What there has to be, so that there is something to change. */
const arrange: Record<string, string> = {
  begin_message: ready,
  begin_outbound_call: ready,
  note_listening: recorded,
  note_viewing: pictured,
  remove_do_not_call: listed,
  remove_do_not_call_for_all: listed.replace('select o.id', 'select null::uuid'),
  remove_member: `insert into organization_members (organization_id, user_id, role)
    values ($1, gen_random_uuid(), 'admin')`,
  restore_phone_number: quarantined,
  restore_any_phone_number: quarantined,
  quarantine_agent_phone_number: agents,
}

interface Entry {
  actor_kind: string
  actor_id: string | null
  actor_name: string | null
  address: string
  request_id: string
}

describe('the audit log', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 2 }))
  })
  afterAll(() => drop())

  test('every public function that changes something, by its name, either takes an actor or is the server’s own', async () => {
    const reads = (await sql<{ name: string }>(url, reading)).map(({ name }) => name)
    const acting = (await actorFunctions(url)).map(({ name }) => name)
    const all = await sql<{ name: string }>(
      url,
      `select p.proname as name from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1`,
    )

    const unseen = all
      .map(({ name }) => name)
      .filter((name) => !reads.includes(name) && !acting.includes(name) && !byItself.test(name))

    expect(acting.filter((name) => !reads.includes(name)).length).toBeGreaterThan(35)
    expect(unseen).toEqual([])
  })

  test('every change, made by an operator through any function, is in it with who and from where', async () => {
    const reads = (await sql<{ name: string }>(url, reading)).map(({ name }) => name)
    const functions = (await actorFunctions(url)).filter(
      ({ name }) => !reads.includes(name) && !/^(accept|decline)_invite$/.test(name),
    )
    const unchanged: string[] = []
    for (const { name, args } of functions) {
      const requestId = randomUUID()
      const from = { address: '192.0.2.7', requestId }
      const actor: Actor = { kind: 'operator', name: 'alice', from }
      const owned = await ownedBy(url)
      if (arrange[name]) await sql(url, arrange[name], [owned.organizationId])
      const customer = name.startsWith('add_do_not_call') && { phoneNumber: aNumber() }
      const given = { ...owned.valuesFor(name, args), actor, ...customer }
      const before = await rowsOf(url)

      const called = untyped(db).rpc(name, given, z.looseObject({}))
      expect.soft(await called.then(() => 'ok', String), name).toBe('ok')

      const entries = await sql<Entry>(url, 'select * from audit_log where request_id = $1', [
        requestId,
      ])
      const { 'orgline.audit_log': _log, ...after } = await rowsOf(url)
      const isChanged = Object.entries(after).some(([table, rows]) => before[table] !== rows)
      if (!isChanged && !NOTES.test(name)) unchanged.push(name)
      expect.soft(entries.length > 0, `${name} is in the log`).toBe(isChanged || NOTES.test(name))
      for (const entry of entries) {
        expect.soft(entry).toMatchObject({
          actor_kind: 'operator',
          actor_name: 'alice',
          address: '192.0.2.7',
        })
      }
    }

    expect(unchanged).toEqual([])
  })

  test('every change, made again through the same function, is in it again only where it changes something', async () => {
    const reads = (await sql<{ name: string }>(url, reading)).map(({ name }) => name)
    const functions = (await actorFunctions(url)).filter(
      ({ name }) => !reads.includes(name) && !/^(accept|decline)_invite$/.test(name),
    )
    for (const { name, args } of functions) {
      const owned = await ownedBy(url)
      if (arrange[name]) await sql(url, arrange[name], [owned.organizationId])
      const customer = name.startsWith('add_do_not_call') && { phoneNumber: aNumber() }
      // What one call leases stays leased for the other.
      const leased = args.includes('leaseMs') && { leaseMs: 600_000 }
      const given = { ...owned.valuesFor(name, args), ...customer, ...leased }
      const call = async (requestId: string) => {
        const actor: Actor = {
          kind: 'operator',
          name: 'alice',
          from: { address: '192.0.2.7', requestId },
        }
        await untyped(db)
          .rpc(name, { ...given, actor }, z.looseObject({}))
          .catch(() => undefined)
      }
      await call(randomUUID())
      const again = randomUUID()
      const before = await rowsOf(url)

      await call(again)

      const entries = await sql(url, 'select from audit_log where request_id = $1', [again])
      const { 'orgline.audit_log': _log, ...after } = await rowsOf(url)
      const isChanged = Object.entries(after).some(([table, rows]) => before[table] !== rows)
      expect
        .soft(entries.length > 0, `${name}, again, is in the log`)
        .toBe(isChanged || NOTES.test(name))
    }
  })
})
