import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fill, idOf } from '../../bench/growth/fill.ts'
import { questions } from '../../bench/growth/questions.ts'
import { pretendTimes } from '../../bench/growth/statistics.ts'
import { cloneDatabase } from '../support/database.ts'
import { plansWithin, reportPlans } from '../support/json-plans.ts'
import { findingsOf, type Indexes, type PlanNode, readIndexes } from '../support/plan-findings.ts'

/** Rows are made of so many organizations; the planner is told that there are `TIMES` as many of all. */
const ORGANIZATIONS = 300
const TIMES = 333

/** What is asked for of everybody, and why that is well. */
const OF_ALL: Record<string, string> = {
  'list agents’ numbers of all': 'its total counts them',
  'list agents to sweep': 'the sweep asks for the conversations of each',
  'usage total': 'it sums a month up',
}

describe('at the size of 100,000 organizations, with plans for no values in particular', () => {
  let url: string
  let drop: () => Promise<void>
  let client: Client
  let indexes: Indexes
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    client = new Client({ connectionString: url })
    await client.connect()
    await fill(client, { organizations: ORGANIZATIONS, hotTexts: 300, hotContacts: 20, pool: 50 })
    await pretendTimes(client, TIMES, ORGANIZATIONS)
    indexes = await readIndexes(client)
    await reportPlans(client)
  })
  afterAll(async () => {
    await client.end()
    await drop()
  })

  async function findings(call: string): Promise<string[]> {
    const plans = await plansWithin(client, call)
    expect(plans.length).toBeGreaterThan(0)
    return plans.flatMap(({ text, plan }) =>
      findingsOf(plan, indexes).map((finding) => `${finding}, in: ${text.trim().slice(0, 200)}`),
    )
  }

  test.each(questions.filter(({ name }) => !(name in OF_ALL)))(
    '$name, asked for, finds its rows by an index',
    async ({ call }) => {
      expect(await findings(call)).toEqual([])
    },
  )

  test.each(['New Inquiry', 'Active Lead', 'Returning Customer'])(
    'contacts with the lead status %s, asked for, are found by it and in order',
    async (status) => {
      const plans = await plansWithin(
        client,
        `list_contacts('{"kind": "operator", "name": "test"}', ${idOf('organization 7')}, null, null, '${status}', null, 50, null)`,
      )

      const isByStatus = (node: PlanNode) => node['Index Name'] === 'contacts_by_lead_status'
      const [read = []] = plans
        .map(({ plan }) => nodesOf(plan))
        .filter((all) => all.some(isByStatus))
      const scan = read.find(isByStatus)
      expect(scan?.['Index Cond']).toMatch(
        /organization_id.*COALESCE\(lead_status, seen_as\).*created_at/,
      )
      expect(scan?.Filter).toBeUndefined()
      expect(read.map((node) => node['Node Type'])).not.toContain('Sort')
    },
  )

  test.each(questions.filter(({ name }) => name in OF_ALL))(
    '$name, which is of all, is known to read all',
    async ({ call }) => {
      expect(await findings(call)).not.toEqual([])
    },
  )

  test('every function that lists or claims is among what is asked for', async () => {
    const { rows } = await client.query<{ name: string }>(
      `select p.proname as name from pg_proc p
       where p.pronamespace = 'public'::regnamespace
         and (p.proargnames && '{p_cursor,p_limit}' or p.proname ~ '^(list|claim)_')`,
    )
    const asked = (name: string) => questions.some(({ call }) => call.startsWith(`${name}(`))

    expect(rows.map(({ name }) => name).filter((name) => !asked(name))).toEqual([])
  })

  test('what is filled refers to what is there', async () => {
    const { rows } = await client.query<{ table: string; name: string; definition: string }>(
      `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
       from pg_constraint where contype = 'f' and connamespace = 'orgline'::regnamespace`,
    )
    await client.query('begin')
    for (const { table, name, definition } of rows) {
      await client.query(
        `alter table ${table} drop constraint ${name}, add constraint ${name} ${definition}`,
      )
    }
    await client.query('rollback')

    expect(rows.length).toBeGreaterThan(20)
  })

  test.each([
    [
      'a condition on the tenant that is no index’s',
      'coalesce(organization_id, id) = $1 or organization_id = $1',
    ],
    ['a cursor that may be left out', '$2::uuid is null or (created_at, id) < ($3, $2)'],
    [
      'a time before which something is due, that is no index’s',
      'poll_at + make_interval() < $3 or poll_at < $3',
    ],
    [
      'a condition on the tenant that is asked of what was read before',
      'id in (with all_of as materialized (select id, organization_id from orgline.messages where poll_at is not null) select id from all_of where organization_id = $1)',
    ],
  ])('%s, planted, is found', async (_, condition) => {
    await client.query('begin')
    await client.query(
      `create function pg_temp.planted(uuid, uuid, timestamptz) returns bigint language plpgsql as $$
       begin return (select count(*) from (select from orgline.messages where ${condition} order by created_at limit 9) m); end $$`,
    )

    const found = await findings('pg_temp.planted(gen_random_uuid(), null, now())')

    await client.query('rollback')
    expect(found).not.toEqual([])
  })
})

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}
