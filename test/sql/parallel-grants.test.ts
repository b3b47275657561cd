import { createHash, randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR, userActor } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { aMember, anAgent, anOrganization } from '../support/rows.ts'

const OWN = 'https://own.example.com'
const Anything = z.looseObject({})
const aHash = () => createHash('sha256').update(randomUUID()).digest('hex')

describe('rows that a limit counts, or that end with a right', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 10 }))
  })
  afterAll(() => drop())

  /** A transaction that stays open until it is told to commit. */
  async function hold(statement: string, values: unknown[]) {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    await client.query(statement, values)
    return () => client.query('commit')
  }
  const waiting = () => sql(url, LOCK_WAITERS)

  const makes = {
    'an API key': (organizationId: string, actor = OPERATOR) =>
      db.rpc(
        'create_api_key',
        {
          actor,
          organizationId,
          id: randomUUID(),
          name: 'CRM',
          prefix: 'ol_x',
          keyHash: aHash(),
          scopes: ['read'],
          expiresAt: null,
        },
        Anything,
      ),
    'an open invite': (organizationId: string, actor = OPERATOR) =>
      db.rpc(
        'set_member',
        {
          actor,
          organizationId,
          memberUserId: null,
          email: `${randomUUID()}@example.com`,
          role: null,
          tokenHash: aHash(),
        },
        Anything,
      ),
    'a contact': (organizationId: string, actor = OPERATOR) =>
      db.rpc(
        'create_contact',
        {
          id: randomUUID(),
          actor,
          organizationId,
          phoneNumber: aCustomer(),
          name: null,
          leadId: null,
          leadStatus: null,
          attributes: {},
        },
        Anything,
      ),
    'a number not to be called': (organizationId: string, actor = OPERATOR) =>
      db.rpc(
        'add_do_not_call',
        { actor, organizationId, phoneNumber: aCustomer(), reason: null },
        Anything,
      ),
    'a webhook endpoint': (organizationId: string, actor = OPERATOR) =>
      db.rpc(
        'create_webhook_endpoint',
        {
          actor,
          organizationId,
          id: randomUUID(),
          url: OWN,
          events: null,
          description: null,
          secret: 'whsec_x',
        },
        Anything,
      ),
    "another's webhook endpoint, led elsewhere,": async (
      organizationId: string,
      actor = OPERATOR,
    ) => {
      const [endpoint] = await sql<{ id: string }>(
        url,
        'select id from webhook_endpoints where organization_id = $1',
        [organizationId],
      )
      return db.rpc(
        'change_webhook_endpoint',
        {
          actor,
          organizationId,
          endpointId: endpoint?.id ?? '',
          changes: { url: OWN },
          versions: null,
        },
        Anything,
      )
    },
  }

  test.each([
    [
      'an API key',
      `insert into orgline.api_keys (organization_id, name, prefix, key_hash, scopes)
       select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}' from generate_series(1, 499)`,
    ],
    [
      'an open invite',
      `insert into orgline.organization_invites (organization_id, email, role, token_hash)
       select $1, n || '@example.com', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex') from generate_series(1, 499) n`,
    ],
    [
      'a contact',
      `insert into orgline.contacts (organization_id, phone_number) select $1, '+1604' || 2000000 + n from generate_series(1, 99999) n`,
    ],
    [
      'a number not to be called',
      `insert into orgline.do_not_call (organization_id, phone_number)
       select $1, '+1604' || 2000000 + n from generate_series(1, 99999) n`,
    ],
  ] as const)('%s, the last there may be, made twice at once, is made once', async (what, fill) => {
    const organizationId = await anOrganization(url)
    await sql(url, fill, [organizationId])
    const commit = await hold('select private.lock_organization($1), private.lock_contacts($1)', [
      organizationId,
    ])

    const made = Promise.allSettled([makes[what](organizationId), makes[what](organizationId)])
    await expect.poll(waiting).toHaveLength(2)
    await commit()

    expect((await made).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await made).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining({ code: 'row_limit_reached' }) }),
    )
  })

  const keyOfAgent = (agentId: string, actor: ReturnType<typeof userActor>) =>
    db.rpc(
      'issue_agent_key',
      { actor, agentId, prefix: 'ol_x', keyHash: aHash(), scopes: ['read'] },
      Anything,
    )
  const ends = [
    [
      'removed',
      'select public.remove_member($1, $2, $3, null, true, true)',
      { code: 'organization_not_found' },
    ],
    [
      'made a member',
      "select public.set_member($1, $2, $3, null, 'member', null)",
      { code: 'role_required' },
    ],
  ] as const
  const grants = [
    'an API key',
    'an open invite',
    "an agent's key",
    'a webhook endpoint',
    "another's webhook endpoint, led elsewhere,",
  ] as const

  test.each(ends.flatMap(([end, ...rest]) => grants.map((what) => [what, end, ...rest] as const)))(
    '%s, made by an admin who is %s at this moment, is refused and not there',
    async (what, _end, statement, refusal) => {
      const organizationId = await anOrganization(url)
      const adminId = await aMember(url, organizationId)
      await aMember(url, organizationId)
      await sql(
        url,
        "update orgline.organization_members set role = 'admin' where organization_id = $1",
        [organizationId],
      )
      const agentId = await anAgent(url, organizationId)
      const [agent] = await sql<{ id: string }>(
        url,
        'select elevenlabs_agent_id as id from orgline.agents where id = $1',
        [agentId],
      )
      await sql(
        url,
        "insert into webhook_endpoints (organization_id, url, secret) values ($1, 'https://crm.example.com', '')",
        [organizationId],
      )
      const commit = await hold(statement, [JSON.stringify(OPERATOR), organizationId, adminId])

      const actor = userActor(adminId)
      const made = (
        what === "an agent's key"
          ? keyOfAgent(agent?.id ?? '', actor)
          : makes[what](organizationId, actor)
      ).catch((error: unknown) => error)
      await expect.poll(waiting).toHaveLength(1)
      await commit()

      expect(await made).toMatchObject(refusal)
      const left = await sql(
        url,
        `select id from orgline.api_keys where organization_id = $1
         union all select id from orgline.organization_invites where organization_id = $1
         union all select id from orgline.webhook_endpoints where organization_id = $1 and url = $2`,
        [organizationId, OWN],
      )
      expect(left).toEqual([])
    },
  )
})

let customers = 0
/** A number nobody else has, and that exists. */
function aCustomer(): string {
  customers += 1
  return `+1604${String(5_550_100 + customers)}`
}
