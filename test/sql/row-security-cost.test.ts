import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { blocksRead, type Counted, explained, leastRead } from '../support/blocks.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { aBusyOrganization } from '../support/rows.ts'
import { signedIn } from '../support/sql-role.ts'

const tables = [
  'orgline.organizations',
  'orgline.organization_members',
  'orgline.organization_phone_numbers',
  'orgline.phone_numbers',
  'orgline.agents',
  'orgline.contacts',
  'orgline.messages',
  'orgline.calls',
  'public.organizations',
  'public.organization_phone_numbers',
  'public.phone_numbers',
  'public.agents',
]

interface Plan extends Counted {
  'Node Type': string
  'Relation Name'?: string
  'Actual Loops': number
  Plans?: Plan[]
}

/** Few organizations, of which one has nearly everything: that is where a planner likes to read it all. */
describe('row security, where one organization has nearly all rows', () => {
  let url: string
  let drop: () => Promise<void>
  let small: Awaited<ReturnType<typeof aBusyOrganization>>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    small = await aBusyOrganization(url)
    const { organizationId } = await aBusyOrganization(url)
    const copies: Record<string, string[]> = {
      contacts: ['id', 'phone_number'],
      messages: ['id', 'provider_message_id'],
      calls: ['id', 'provider_call_id', 'conversation_id'],
      agents: ['id', 'request_id', 'elevenlabs_agent_id'],
      organization_members: ['user_id'],
    }
    for (const [table, own] of Object.entries(copies)) {
      const columns = await sql<{ name: string; type: string }>(
        url,
        `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
        [`orgline.${table}`],
      )
      const values = columns.map(({ name, type }) => {
        if (name === 'phone_number') return "'+1604' || (2000000 + n)"
        return own.includes(name) ? `gen_random_uuid()::${type}` : `t.${name}`
      })
      await sql(
        url,
        `insert into orgline.${table} (${columns.map(({ name }) => name).join(', ')})
         select ${values.join(', ')} from orgline.${table} t, generate_series(1, 5000) n where t.organization_id = $1`,
        [organizationId],
      )
    }
    await sql(
      url,
      `with numbers as (
         insert into orgline.phone_numbers (phone_number, country, status, twilio_phone_sid)
         select '+1778' || (2000000 + n), 'CA', 'assigned', 'PN' || n from generate_series(1, 5000) n returning id)
       insert into orgline.organization_phone_numbers (organization_id, phone_number_id)
       select $1, id from numbers`,
      [organizationId],
    )
    await sql(
      url,
      `insert into orgline.organizations (name, slug, email)
       select 'Dealer ' || n, 'dealer-' || n, 'a@example.com' from generate_series(1, 5000) n`,
    )
    await sql(url, 'vacuum analyze')
  })
  afterAll(() => drop())

  /** The plan of a connection that knows the catalogue already, so that only what is counted is read. */
  async function planOf(userId: string, table: string): Promise<Plan> {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const claims = JSON.stringify(signedIn(userId).claims)
    await client.query("select set_config('request.jwt.claims', $1, false)", [claims])
    await client.query('set role authenticated')
    const explain = () => explained<Plan>(client, `select count(*) from ${table}`)
    await explain()
    return leastRead(explain)
  }
  const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
  /** What the plan reads from end to end; that the index of nobody's rows is never run counts for nothing. */
  const scanned = (plan: Plan) =>
    nodesOf(plan)
      .filter((node) => node['Node Type'] === 'Seq Scan' && node['Actual Loops'] > 0)
      .map((node) => node['Relation Name'])

  test.each(tables)('%s, counted by a stranger, reads no more than a few pages', async (table) => {
    const plan = await planOf(randomUUID(), table)

    expect(scanned(plan)).toEqual([])
    expect(blocksRead(plan)).toBeLessThan(40)
  })

  test.each(tables)(
    '%s, counted by a member of another, reads no more than a few pages',
    async (table) => {
      const plan = await planOf(small.userId, table)

      expect(scanned(plan)).toEqual([])
      expect(blocksRead(plan)).toBeLessThan(80)
    },
  )
})
