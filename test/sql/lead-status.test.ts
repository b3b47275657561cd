import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { cloneDatabase, databaseForTest, sql } from '../support/database.ts'
import { seenOtherwise } from '../support/lead-status.ts'
import { MIGRATIONS, migrateBefore } from '../support/migrations.ts'
import {
  aCall,
  aContact,
  aHolding,
  aMessage,
  anOrganization,
  aPhoneNumber,
} from '../support/rows.ts'

/** What becomes of the texts and calls of two customers. */
const deed = fc.record({
  what: fc.constantFrom(
    ...['text', 'call', 'complete', 'voicemail', 'person', 'failed', 'move', 'nobody', 'gone'],
  ),
  table: fc.constantFrom('messages', 'calls'),
  who: fc.constantFrom<0 | 1>(0, 1),
})

describe('what a customer is seen as', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  async function aLine(at = url) {
    const organizationId = await anOrganization(at)
    const holdingId = await aHolding(at, organizationId, await aPhoneNumber(at))
    return { organizationId, holdingId }
  }

  async function twoCustomers() {
    const line = await aLine()
    const ids = [await aContact(url, line.organizationId), await aContact(url, line.organizationId)]
    return { line, ids: ids as [string, string] }
  }

  /** A connection of its own, in a transaction that goes on. */
  async function begun() {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    return client
  }

  test('is what the texts and calls tell that are there, whatever becomes of them', async () => {
    const holds = fc.asyncProperty(fc.array(deed, { maxLength: 12 }), async (deeds) => {
      const { line, ids } = await twoCustomers()
      for (const { what, table, who } of deeds) {
        const [contactId, other] = [ids[who], ids[1 - who]]
        const calls = (change: string) =>
          sql(url, `update orgline.calls set ${change} where contact_id = $1`, [contactId])
        if (what === 'text') await aMessage(url, { ...line, contactId })
        if (what === 'call') await aCall(url, { ...line, contactId }, { status: 'in-progress' })
        if (what === 'complete') await calls("status = 'completed'")
        if (what === 'voicemail') await calls("answered_by = 'voicemail'")
        if (what === 'person') await calls("answered_by = 'person'")
        if (what === 'failed') await calls("status = 'failed'")
        const rows = `orgline.${table} where contact_id = $1`
        const each = `id in (select id from ${rows} limit 1)`
        if (what === 'move') {
          const change = `update orgline.${table} set contact_id = $2 where ${each}`
          await sql(url, change, [contactId, other])
        }
        if (what === 'nobody')
          await sql(url, `update orgline.${table} set contact_id = null where ${each}`, [contactId])
        if (what === 'gone') await sql(url, `delete from ${rows}`, [contactId])
        expect(await seenOtherwise(url), what).toEqual([])
      }
    })
    await fc.assert(holds, { numRuns: 40 })
  }, 120_000)

  test.each<[string, 'calls' | 'messages', string]>([
    ['a text that is recorded', 'messages', another('messages', 'received')],
    ['a call that is recorded', 'calls', another('calls', 'completed')],
    [
      'a call that ends',
      'calls',
      `update orgline.calls set status = 'completed' where contact_id = $1 and status <> 'completed'`,
    ],
  ])('is kept by %s while the only other one is taken away', async (_what, table, add) => {
    const { line, ids } = await twoCustomers()
    const traffic = { ...line, contactId: ids[0] }
    const id =
      table === 'calls'
        ? await aCall(url, traffic, { status: 'completed' })
        : await aMessage(url, traffic)
    await aCall(url, traffic)
    const adding = await begun()
    await adding.query(add, [ids[0]])

    const takenAway = sql(url, `delete from orgline.${table} where id = $1`, [id])
    const waiting = () =>
      sql(
        url,
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    await expect.poll(waiting).not.toEqual([])
    await adding.query('commit')
    await takenAway

    expect(await seenOtherwise(url)).toEqual([])
  })

  test('before it was kept, is found out by the upgrade', async () => {
    const { url: old } = await databaseForTest('template0')
    await migrateBefore(old, '0050_seen_as.sql')
    const line = await aLine(old)
    const contacts: string[] = []
    for (let each = 0; each < 5; each += 1) contacts.push(await aContact(old, line.organizationId))
    const [texted = '', called = '', both = '', onTape = ''] = contacts
    for (const contactId of [texted, both]) await aMessage(old, { ...line, contactId })
    for (const contactId of [called, both]) await aCall(old, { ...line, contactId })
    await aCall(old, { ...line, contactId: onTape }, { answered_by: 'voicemail' })
    await sql(old, "update orgline.calls set status = 'completed'")

    await migrate(old, MIGRATIONS)

    expect(await seenOtherwise(old)).toEqual([])
    const seen = await sql(old, 'select seen_as from orgline.contacts order by created_at')
    expect(seen.map(({ seen_as }) => seen_as)).toEqual([
      ...['Active Lead', 'Returning Customer', 'Returning Customer', 'New Inquiry', 'New Inquiry'],
    ])
  })
})

/** Records once more what is recorded of a contact in such a state. */
function another(table: string, status: string): string {
  return `insert into orgline.${table}
    select (jsonb_populate_record(null::orgline.${table}, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid()))).*
    from orgline.${table} t where t.contact_id = $1 and t.status = '${status}'`
}
