import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { argumentNameOf } from '../../src/database/argument-names.ts'
import { type Database, pageSchema } from '../../src/database/db.ts'
import { CursorInput, NameCursorInput } from '../../src/database/pages.ts'
import { OPERATOR, userActor } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { cursorOf, placeOf } from '../support/list-places.ts'
import {
  aBusyOrganization,
  aCall,
  aContact,
  aHolding,
  aMember,
  aMessage,
  anAgent,
  aPhoneNumber,
} from '../support/rows.ts'
import { untyped } from '../support/stand-in.ts'

const Page = pageSchema(z.looseObject({}))

/** Every list that is read by places, as the catalogue has it. */
const LISTS = `select p.proname as name, p.proargnames as args from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proargnames @> '{p_cursor}'
    and p.proargtypes[array_position(p.proargnames, 'p_cursor') - 1] = 'text'::regtype`

/** What has rows of an organization, beside what makes it busy. */
const ROWS = [
  `insert into api_keys (organization_id, name, prefix, key_hash, scopes) values ($1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}')`,
  `insert into do_not_call (organization_id, phone_number) values ($1, '+1604555' || (random() * 9000)::integer + 1000)`,
  `insert into do_not_call (phone_number) values ('+1604555' || (random() * 9000)::integer + 1000) on conflict do nothing`,
  `insert into number_orders (organization_id, cause, country) values ($1, 'admin', 'CA')`,
  `insert into organization_invites (organization_id, email, role, token_hash) values ($1, gen_random_uuid() || '@example.com', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex'))`,
  `insert into audit_log (organization_id, actor_kind, actor_name, action) values ($1, 'operator', 'test', 'create_contact')`,
  `insert into admin_notifications (type, subject, message) values ('pool_low', gen_random_uuid(), 'low')`,
  `insert into webhook_endpoints (organization_id, url, secret) values ($1, 'https://crm.example.com', '')`,
  `with reported as (
     insert into events (organization_id, type, facts) values ($1, 'message.received', '{}') returning id)
   insert into event_deliveries (organization_id, endpoint_id, event_id, due_at)
   select $1, d.endpoint_id, reported.id, null from reported,
     (select endpoint_id from event_deliveries where organization_id = $1 limit 1) d`,
  `insert into webhook_endpoints (url, secret) values ('https://crm.example.com', '')`,
]

const GUEST = randomUUID()
const INVITE = `insert into organization_invites (organization_id, user_id, role, token_hash)
  values ($1, '${GUEST}', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex'))`

/** The first of all ids, or the last, which no row has. */
const NO_ROW = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']

describe('a list that is read by places', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let lists: { name: string; args: string[] }[]
  let own: Awaited<ReturnType<typeof owner>>
  let foreign: Awaited<ReturnType<typeof owner>>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 4 }))
    lists = await sql(url, LISTS)
    // The other's rows are the newer ones: by their time, a page of one's own follows them.
    own = await owner()
    foreign = await owner()
  })
  afterAll(() => drop())

  /** An organization with two rows and more in each of its lists. */
  async function owner() {
    const made = await aBusyOrganization(url)
    const { organizationId, holdingId, contactId } = made
    await sql(url, 'update organizations set name = slug where id = $1', [organizationId])
    for (const row of [...ROWS, ...ROWS, INVITE]) {
      await sql(url, row, row.includes('$1') ? [organizationId] : [])
    }
    const phoneNumberId = await aPhoneNumber(url, { status: 'assigned' })
    await aHolding(url, organizationId, phoneNumberId)
    await aContact(url, organizationId)
    await aMember(url, organizationId)
    await anAgent(url, organizationId)
    await aMessage(url, { organizationId, holdingId, contactId })
    await aCall(url, { organizationId, holdingId, contactId })
    return made
  }

  const special: Record<string, object> = {
    list_invites: { actor: userActor(GUEST) },
    find_phone_numbers: { startsWith: '+1' },
    list_activity: { isFailed: false },
    usage_of_all: {
      from: new Date(Date.now() - 86_400_000),
      to: new Date(Date.now() + 86_400_000),
      rates: { number: 1_000_000, segment: 1, minute: 1, agentMinute: 1 },
    },
  }

  function read(name: string, whose: typeof own, limit: number, cursor: string | null) {
    const args = lists.find((each) => each.name === name)?.args ?? []
    const ids = { organizationId: whose.organizationId, contactId: whose.contactId }
    const given = { actor: OPERATOR, ...ids, endpointId: whose.endpointId, ...special[name] }
    const values = args.map(argumentNameOf).map((arg) => [arg, given[arg as 'actor'] ?? null])
    return untyped(db).rpc(name, { ...Object.fromEntries(values), limit, cursor }, Page)
  }

  test('goes on behind a place whose row is gone', async () => {
    expect(lists.length).toBeGreaterThan(20)
    for (const { name } of lists) {
      const { rows } = await read(name, own, 200, null)
      const { next_cursor } = await read(name, own, 1, null)
      expect(rows.length, name).toBeGreaterThan(1)
      const { key } = placeOf(next_cursor ?? '')

      const rest = await read(name, own, 200, next_cursor)
      const gone = await Promise.all(NO_ROW.map((id) => read(name, own, 200, cursorOf(id, key))))

      expect.soft(rest.rows, name).toEqual(rows.slice(1))
      expect
        .soft(
          gone.map((page) => page.rows),
          name,
        )
        .toContainEqual(rows.slice(1))
      const schema = name === 'usage_of_all' ? NameCursorInput : CursorInput
      expect.soft(schema.safeParse(next_cursor).success, name).toBe(true)
    }
  })

  test('has nothing of another organization behind a place of it', async () => {
    const ofOne = lists.filter(({ args }) => args.includes('p_organization_id'))
    expect(ofOne.length).toBeGreaterThan(8)
    for (const { name } of ofOne) {
      const { rows } = await read(name, own, 200, null)
      const { next_cursor } = await read(name, foreign, 1, null)

      const page = await read(name, own, 200, next_cursor)

      expect.soft(page.rows, name).toEqual(rows)
      expect.soft(next_cursor, name).not.toBeNull()
    }
  })
})
