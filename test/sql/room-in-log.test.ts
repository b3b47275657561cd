import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import type { Actor } from '../../src/platform/actor.ts'
import { actorFunctions, type Owned, ownedBy } from '../support/actor-functions.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aNumber } from '../support/rows.ts'
import { untyped } from '../support/stand-in.ts'

/** What one owner may add in 24 hours; the keys of an organization together twice that. */
const MOST = 50_000
const ALICE: Actor = { kind: 'operator', name: 'alice' }
const OTHER = crypto.randomUUID()
/** A function, and what else it is given than that of the organization. */
type Step = [name: string, given: object]
const refused = { code: 'daily_changes_reached' }

describe('the room in the audit log', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let functions: Awaited<ReturnType<typeof actorFunctions>>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 2 }))
    functions = await actorFunctions(url)
  })
  afterAll(() => drop())

  /** As whoever it is calls the function about what they own. */
  const call = (owned: Owned, actor: Actor, name: string, given: object = {}) => {
    const args = functions.find((each) => each.name === name)?.args ?? []
    return untyped(db).rpc(
      name,
      { ...owned.valuesFor(name, args), ...given, actor },
      z.looseObject({}),
    )
  }
  const addContact = (owned: Owned, actor: Actor) =>
    call(owned, actor, 'create_contact', { phoneNumber: aNumber() })
  /** As if each that was counted of this organization had added so many. */
  const fill = ({ organizationId }: Owned, rows = MOST) =>
    sql(url, 'update added_rows set rows = $2 where owner like $1', [`${organizationId} %`, rows])

  test('of one key, once it is full, is not that of the other keys', async () => {
    const owned = await ownedBy(url)
    const other: Actor = { kind: 'key', id: await anotherKey(owned) }
    await addContact(owned, owned.key)
    await fill(owned)

    await expect(addContact(owned, owned.key)).rejects.toMatchObject(refused)
    await addContact(owned, other)
  })

  test('of all keys of an organization together, once it is full, is that of no further key', async () => {
    const owned = await ownedBy(url)
    await addContact(owned, owned.key)
    await fill(owned, 2 * MOST)
    const another: Actor = { kind: 'key', id: await anotherKey(owned) }

    await expect(addContact(owned, another)).rejects.toMatchObject(refused)
    await addContact(owned, owned.admin)
  })

  test.each([
    ['entries of the do-not-call list', 'add_do_not_call', { phoneNumber: '+16045550123' }],
    ['erasures', 'delete_contact', {}],
  ])(
    'of all keys of an organization together, where one has filled its own and made as many %s besides, is that of the other keys',
    async (_what, name, given) => {
      const owned = await ownedBy(url)
      const other: Actor = { kind: 'key', id: await anotherKey(owned) }
      await addContact(owned, owned.key)
      await call(owned, owned.key, name, given)
      await sql(url, 'update added_rows set rows = rows * $2 where owner like $1', [
        `${owned.organizationId} %`,
        MOST,
      ])

      await expect(addContact(owned, owned.key)).rejects.toMatchObject(refused)
      await addContact(owned, other)
    },
  )

  test('of recordings and media, once it is full, is not that of changes', async () => {
    const owned = await ownedBy(url)
    const { organizationId, key: actor } = owned
    await sql(
      url,
      `with heard as (update calls set recording_url = 'https://carrier.example/Recordings/RE1' where organization_id = $1)
       update messages set direction = 'inbound', provider_message_id = gen_random_uuid(), media = '[{"url": "https://x"}]'
       where organization_id = $1`,
      [organizationId],
    )
    const readings = ['note_listening', 'note_viewing'].map(
      (name) => () => call(owned, actor, name),
    )
    for (const read of readings) await read()
    await fill(owned)

    for (const read of readings) await expect(read()).rejects.toMatchObject(refused)
    await addContact(owned, actor)
  })

  /** What takes something away, and what would have to be done before it could be done again. */
  const turns: Record<string, { arrange?: string; away: Step; back: Step }> = {
    'an admin’s role': {
      arrange: `insert into organization_members (organization_id, user_id, role) values ($1, '${OTHER}', 'admin')`,
      away: ['set_member', { memberUserId: OTHER, email: null, role: 'member' }],
      back: ['set_member', { memberUserId: OTHER, email: null, role: 'admin' }],
    },
    'an organization’s service': {
      away: ['change_organization', { changes: { status: 'suspended' } }],
      back: ['change_organization', { changes: { status: 'active' } }],
    },
    'an endpoint’s events': {
      away: ['change_webhook_endpoint', { changes: { status: 'paused' } }],
      back: ['change_webhook_endpoint', { changes: { status: 'active' } }],
    },
    'an endpoint’s secret': {
      away: ['rotate_webhook_secret', {}],
      back: ['rotate_webhook_secret', { secret: 'whsec_another' }],
    },
    'an endpoint': {
      away: ['delete_webhook_endpoint', {}],
      back: ['create_webhook_endpoint', {}],
    },
    'a key': { away: ['revoke_api_key', {}], back: ['create_api_key', {}] },
    'a member': {
      arrange: `insert into organization_members (organization_id, user_id, role) values ($1, '${OTHER}', 'member')`,
      away: ['remove_member', { memberUserId: OTHER, email: null }],
      back: ['set_member', { memberUserId: OTHER, email: null, role: 'member' }],
    },
    'a contact': {
      away: ['delete_contact', {}],
      back: ['create_contact', { phoneNumber: aNumber() }],
    },
    'a number': { away: ['quarantine_phone_number', {}], back: ['restore_phone_number', {}] },
    'the right to call a customer': {
      away: ['add_do_not_call', { phoneNumber: '+16045550123' }],
      back: ['remove_do_not_call', { phoneNumber: '+16045550123' }],
    },
    'the right of all to call a customer': {
      away: ['add_do_not_call_for_all', { phoneNumber: '+16045550124' }],
      back: ['remove_do_not_call_for_all', { phoneNumber: '+16045550124' }],
    },
  }

  test.each(Object.entries(turns))(
    'full, keeps nobody from taking away %s, and nobody gets it back',
    async (_what, { arrange, away, back }) => {
      const owned = await ownedBy(url)
      if (arrange) await sql(url, arrange, [owned.organizationId])
      await sql(
        url,
        `insert into added_rows (what, owner, hour, rows)
         select 'audit_log', o, date_trunc('hour', now()), $1 from unnest($2::text[]) o
         on conflict (what, owner, hour) do update set rows = excluded.rows`,
        [MOST, [`${owned.organizationId} alice`, 'all alice']],
      )

      await call(owned, ALICE, ...away)
      await expect(call(owned, ALICE, ...back)).rejects.toMatchObject(refused)
    },
  )

  test('full, gives an agent its key, and no other one in its place', async () => {
    const owned = await ownedBy(url)
    await sql(
      url,
      `insert into added_rows (what, owner, hour, rows) values ('audit_log', $1, date_trunc('hour', now()), $2)`,
      [`${owned.organizationId} alice`, MOST],
    )
    const issue = (keyHash: string) => call(owned, ALICE, 'issue_agent_key', { keyHash })

    expect(await issue('a'.repeat(64))).toMatchObject({ id: expect.any(String) })
    await expect(issue('b'.repeat(64))).rejects.toMatchObject(refused)
  })

  async function anotherKey({ organizationId }: Owned): Promise<string> {
    const [key] = await sql<{ id: string }>(
      url,
      `insert into api_keys (organization_id, name, prefix, key_hash, scopes)
       values ($1, 'Another', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{contacts:write}') returning id`,
      [organizationId],
    )
    return key?.id ?? ''
  }
})
