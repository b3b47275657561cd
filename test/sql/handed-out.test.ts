import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aMember, anAgent, anOrganization } from '../support/rows.ts'

/** Goes on after its maker, unless it is ended: how one is made by a user ($2), and which of it still is. */
interface Door {
  make: string
  live: string
}

const LEADS_NOWHERE = 'a record of what was done: it lets nobody in, and sends nothing'

const aKey = `insert into api_keys (organization_id, name, prefix, key_hash, scopes, created_by)
  values ($1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', $2) returning id`
const liveKeys =
  'select id from api_keys where organization_id = $1 and created_by = $2 and revoked_at is null'

/** Paused, too: whoever resumes it would tell that address again. */
const entered =
  "select id from webhook_endpoints where organization_id = $1 and url_by = $2 and status <> 'deleted'"

/** Each column that names a user: what it is to whoever removes that one. */
const makers: Record<string, Door | string> = {
  'api_keys.created_by': { make: aKey, live: liveKeys },
  'audit_log.actor_id': LEADS_NOWHERE,
  'do_not_call.created_by': LEADS_NOWHERE,
  'organization_invites.invited_by': {
    make: `insert into organization_invites (organization_id, email, role, token_hash, invited_by)
      values ($1, gen_random_uuid() || '@example.com', 'admin', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), $2)`,
    live: 'select id from organization_invites where organization_id = $1 and invited_by = $2',
  },
  'organization_invites.user_id': 'whom it lets in: private.invites_of has none from before',
  'organization_members.user_id': 'the membership itself',
  'organization_removals.user_id': LEADS_NOWHERE,
  'organizations.created_by': LEADS_NOWHERE,
  'webhook_endpoints.created_by': LEADS_NOWHERE,
  'webhook_endpoints.url_by': {
    make: `insert into webhook_endpoints (organization_id, url, secret, url_by) values ($1, 'https://own.example.com', '', $2)`,
    live: entered,
  },
}

const doors: [string, Door][] = [
  ...Object.entries(makers).filter((each): each is [string, Door] => typeof each[1] !== 'string'),
  [
    'an endpoint that was paused before',
    {
      make: `insert into webhook_endpoints (organization_id, url, secret, url_by, status, paused_reason)
        values ($1, 'https://own.example.com', '', $2, 'paused', 'requested')`,
      live: entered,
    },
  ],
  [
    'the key of an agent',
    {
      make: `with made as (${aKey}) update agents set api_key_id = made.id from made where organization_id = $1`,
      live: liveKeys,
    },
  ],
]

describe('what a member has made and goes on after them', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 2 }))
  })
  afterAll(() => drop())

  test('is found by every column there is that names a user', async () => {
    const columns = await sql<{ name: string }>(
      url,
      `select table_name || '.' || column_name as name from information_schema.columns
       join information_schema.tables using (table_schema, table_name)
       where table_schema = 'orgline' and table_type = 'BASE TABLE' and data_type = 'uuid'
         and column_name ~ '(_by|user_id|actor_id)$'`,
    )

    expect(columns.map(({ name }) => name).toSorted()).toEqual(Object.keys(makers).toSorted())
  })

  const changes = {
    removed: (organizationId: string, memberUserId: string) =>
      db.rpc(
        'remove_member',
        {
          actor: OPERATOR,
          organizationId,
          memberUserId,
          email: null,
          revokeKeys: false,
          pauseEndpoints: false,
        },
        z.looseObject({}),
      ),
    'made a plain member': (organizationId: string, memberUserId: string) =>
      db.rpc(
        'set_member',
        {
          actor: OPERATOR,
          organizationId,
          memberUserId,
          email: null,
          role: 'member',
          tokenHash: randomUUID(),
        },
        z.looseObject({}),
      ),
  }

  test.each(
    doors.flatMap(([what, door]) =>
      Object.entries(changes).map(([end, change]) => [what, end, door, change] as const),
    ),
  )(
    '%s, of an admin who is %s, is ended, or named in the answer',
    async (_what, _end, door, change) => {
      const organizationId = await anOrganization(url)
      await anAgent(url, organizationId)
      const [admin, other] = [
        await aMember(url, organizationId),
        await aMember(url, organizationId),
      ]
      await sql(url, "update organization_members set role = 'admin' where organization_id = $1", [
        organizationId,
      ])
      for (const maker of [admin, other]) await sql(url, door.make, [organizationId, maker])
      const idsOf = async (maker: string) =>
        (await sql<{ id: string }>(url, door.live, [organizationId, maker])).map(({ id }) => id)
      const [made, others] = [await idsOf(admin), await idsOf(other)]

      const answer = JSON.stringify(await change(organizationId, admin))

      const left = await idsOf(admin)
      expect(made).toHaveLength(1)
      expect(left.filter((id) => !answer.includes(id))).toEqual([])
      expect(await idsOf(other)).toEqual(others)
      expect(answer).not.toContain(others[0])
    },
  )
})
