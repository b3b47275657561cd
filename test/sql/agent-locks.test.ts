import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { aHolding, anAgent, anOrganization, aPhoneNumber } from '../support/rows.ts'

/** Which row a third one holds until both wait. */
type Held = { table: 'organizations' | 'phone_numbers' | 'agents'; id: string }

describe('what changes an agent, at the same moment as what else does', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  /** An agent with two numbers, by their ids. */
  async function anAgentWithNumbers() {
    const organizationId = await anOrganization(url)
    const [agentId, requestId] = [`agent_${randomUUID()}`, randomUUID()]
    const id = await anAgent(url, organizationId, {
      elevenlabs_agent_id: agentId,
      request_id: requestId,
    })
    const fields = { status: 'assigned', agent_id: agentId }
    const numbers = [await aPhoneNumber(url, fields), await aPhoneNumber(url, fields)].sort()
    for (const number of numbers) await aHolding(url, organizationId, number, { is_active: true })
    return { id, organizationId, agentId, requestId, numbers: numbers as [string, string] }
  }
  type Made = Awaited<ReturnType<typeof anAgentWithNumbers>>

  async function aClient() {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const [row] = (await client.query('select pg_backend_pid() as pid')).rows
    return { client, pid: Number(row.pid) }
  }

  const isWaiting = async (pid: number) =>
    (
      await sql(url, "select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'", [
        pid,
      ])
    ).length === 1

  /** Runs one after the other, each until it waits for what a third holds; answers what becomes of them. */
  async function atOnce(held: Held, ...calls: [text: string, values: unknown[]][]) {
    const third = await aClient()
    await third.client.query('begin')
    await third.client.query(`select from orgline.${held.table} where id = $1 for no key update`, [
      held.id,
    ])
    const results: Promise<unknown>[] = []
    for (const [text, values] of calls) {
      const { client, pid } = await aClient()
      results.push(client.query(text, values).then(({ rows }) => rows[0], String))
      await expect.poll(() => isWaiting(pid)).toBe(true)
    }
    await third.client.query('commit')
    return Promise.all(results)
  }

  const remove = ({ agentId }: Made): [string, unknown[]] => [
    "select 'deleted' as did from public.delete_agent($1, $2, 14)",
    [OPERATOR, agentId],
  ]
  const repeat = ({ organizationId, requestId }: Made): [string, unknown[]] => [
    `select public.begin_agent($1, $2, $3, '{"name": "Mia"}', false, 3, 3, 60000, '{}') ->> 'state' as did`,
    [requestId, OPERATOR, organizationId],
  ]
  const release = async (
    { organizationId }: Made,
    number: string,
  ): Promise<[string, unknown[]]> => [
    `select 'released' as did from orgline.phone_numbers p
     cross join lateral public.quarantine_phone_number($1, $2, p.phone_number, 14) where p.id = $3`,
    [OPERATOR, organizationId, number],
  ]
  const issueKey = ({ agentId }: Made): [string, unknown[]] => [
    `select 'given' as did from public.issue_agent_key($1, $2, 'ol_x', $3, '{read}')`,
    [OPERATOR, agentId, randomUUID().replaceAll('-', '').padEnd(64, '0')],
  ]

  test('a repeat of the request that made it, and its deletion, wait for each other in one order', async () => {
    const made = await anAgentWithNumbers()

    const [repeated, removed] = await atOnce(
      { table: 'organizations', id: made.organizationId },
      repeat(made),
      remove(made),
    )

    // PostgreSQL promises no order of those that wait for a row.
    expect([{ did: 'made' }, expect.stringContaining('agent_of_request_deleted')]).toContainEqual(
      repeated,
    )
    expect(removed).toEqual({ did: 'deleted' })
  })

  test('one of its numbers, given up by itself, and its deletion, wait for each other in one order', async () => {
    const made = await anAgentWithNumbers()
    const [, second] = made.numbers

    const both = await atOnce(
      { table: 'phone_numbers', id: second },
      await release(made, second),
      remove(made),
    )

    expect(both).toEqual([{ did: 'released' }, { did: 'deleted' }])
    const left = await sql(
      url,
      'select status, agent_id from phone_numbers where id = any ($1) order by id',
      [made.numbers],
    )
    expect(left).toEqual(
      made.numbers.map(() => ({ status: 'quarantined', agent_id: made.agentId })),
    )
  })

  test('a key for it, and its deletion, leave no key that works', async () => {
    const made = await anAgentWithNumbers()

    const both = await atOnce({ table: 'agents', id: made.id }, issueKey(made), remove(made))

    // PostgreSQL promises no order of those that wait for a row.
    expect([{ did: 'given' }, expect.stringContaining('agent_deleted_meanwhile')]).toContainEqual(
      both[0],
    )
    expect(both[1]).toEqual({ did: 'deleted' })
    const keys = await sql(
      url,
      'select revoked_at is not null as revoked from api_keys where organization_id = $1',
      [made.organizationId],
    )
    expect(keys.filter(({ revoked }) => !revoked)).toEqual([])
  })

  test('its deletion, and a key for it, leave none', async () => {
    const made = await anAgentWithNumbers()

    const both = await atOnce({ table: 'agents', id: made.id }, remove(made), issueKey(made))

    expect(both[0]).toEqual({ did: 'deleted' })
    expect([{ did: 'given' }, expect.stringContaining('agent_deleted_meanwhile')]).toContainEqual(
      both[1],
    )
    const keys = await sql(
      url,
      'select from api_keys where revoked_at is null and organization_id = $1',
      [made.organizationId],
    )
    expect(keys).toEqual([])
  })
})
