import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { aBusyOrganization, aHolding, aMember, aPhoneNumber } from '../support/rows.ts'
import { denied, signedIn, sqlAs } from '../support/sql-role.ts'

/** Each table and view a member may read, with how its rows name what belongs to whom. */
const readable = {
  'orgline.organizations': ['id', 'organizationId'],
  'orgline.organization_members': ['organization_id', 'organizationId'],
  'orgline.organization_phone_numbers': ['id', 'holdingId'],
  'orgline.phone_numbers': ['id', 'phoneNumberId'],
  'orgline.agents': ['id', 'agentId'],
  'orgline.contacts': ['id', 'contactId'],
  'orgline.messages': ['id', 'messageId'],
  'orgline.calls': ['id', 'callId'],
  'public.organizations': ['id', 'organizationId'],
  'public.organization_phone_numbers': ['id', 'holdingId'],
  'public.phone_numbers': ['id', 'phoneNumberId'],
  'public.agents': ['id', 'agentId'],
} as const
type Readable = keyof typeof readable
const tables = Object.keys(readable) as Readable[]

describe('row security', () => {
  let url: string
  let drop: () => Promise<void>
  let north: Awaited<ReturnType<typeof aBusyOrganization>>
  let south: typeof north
  let all: string[]
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    ;[north, south] = await Promise.all([aBusyOrganization(url), aBusyOrganization(url)])
    await aPhoneNumber(url)
    const rows = await sql<{ name: string }>(
      url,
      `select schemaname || '.' || tablename as name from pg_tables where schemaname = 'orgline'
       union all select schemaname || '.' || viewname from pg_views where schemaname = 'public'
       order by 1`,
    )
    all = rows.map((row) => row.name)
  })
  afterAll(() => drop())

  async function seen(caller: Parameters<typeof sqlAs>[1], table: Readable): Promise<unknown[]> {
    const [column] = readable[table]
    const rows = await sqlAs<{ value: string }>(
      url,
      caller,
      `select ${column} as value from ${table}`,
    )
    return rows.map((row) => row.value)
  }

  test('every table of ours, as migrated, has row security on', async () => {
    const off = await sql(
      url,
      "select tablename from pg_tables where schemaname = 'orgline' and not rowsecurity",
    )

    expect(off).toEqual([])
    expect(all).toEqual(
      expect.arrayContaining([...tables, 'orgline.number_orders', 'orgline.idempotency_keys']),
    )
  })

  test.each(tables)('%s, read by a member, shows the own rows alone', async (table) => {
    const [, id] = readable[table]

    const rows = await Promise.all([
      seen(signedIn(north.userId), table),
      seen(signedIn(south.userId), table),
    ])

    expect(rows).toEqual([[north[id]], [south[id]]])
  })

  test.each(tables)('%s, read by a member of two organizations, shows both', async (table) => {
    const userId = await aMember(url, north.organizationId)
    await aMember(url, south.organizationId, userId)
    const [, id] = readable[table]

    const rows = await seen(signedIn(userId), table)

    await sql(url, 'delete from orgline.organization_members where user_id = $1', [userId])
    expect(new Set(rows)).toEqual(new Set([north[id], south[id]]))
  })

  test.each(tables)('%s, read by a user of no organization, shows nothing', async (table) => {
    expect(await seen(signedIn(randomUUID()), table)).toEqual([])
  })

  test.each(tables)(
    '%s, read with a token without subject or without any, shows nothing',
    async (table) => {
      const rows = await Promise.all([
        seen({ role: 'authenticated', claims: { role: 'authenticated' } }, table),
        seen({ role: 'authenticated' }, table),
      ])

      expect(rows).toEqual([[], []])
    },
  )

  test('every readable table and view, read by one who is no longer a member, shows nothing any more', async () => {
    const userId = await aMember(url, north.organizationId)
    const readAll = () => Promise.all(tables.map((table) => seen(signedIn(userId), table)))

    const before = await readAll()
    await sql(url, 'delete from orgline.organization_members where user_id = $1', [userId])
    const after = await readAll()

    for (const rows of before) expect(rows).not.toEqual([])
    for (const rows of after) expect(rows).toEqual([])
  })

  test('every readable table and view, of a suspended organization, is for its own members as before', async () => {
    const asleep = await aBusyOrganization(url)
    const suspend = "update orgline.organizations set status = 'suspended' where id = $1"
    await sql(url, suspend, [asleep.organizationId])

    for (const table of tables) {
      const [, id] = readable[table]
      expect(await seen(signedIn(asleep.userId), table)).toEqual([asleep[id]])
      expect(await seen(signedIn(north.userId), table)).not.toContain(asleep[id])
    }
  })

  test.each([
    ['orgline.agents', 'organization_id', 'organizationId'],
    ['orgline.phone_numbers', 'id', 'phoneNumberId'],
    ['public.agents', 'organization_id', 'organizationId'],
    ['public.phone_numbers', 'id', 'phoneNumberId'],
  ] as const)(
    '%s of another organization, asked for by name, are not there',
    async (table, column, id) => {
      const query = `select from ${table} where ${column} = '${south[id]}'`

      const [others, own] = await Promise.all([
        sqlAs(url, signedIn(north.userId), query),
        sqlAs(url, signedIn(south.userId), query),
      ])

      expect([others.length, own.length]).toEqual([0, 1])
    },
  )

  test('every table and view, read by anon, even with a member as subject, is refused', async () => {
    const anon = { role: 'anon', claims: { role: 'anon', sub: north.userId } }

    const answers = await Promise.allSettled(
      all.map((table) => sqlAs(url, anon, `select * from ${table}`)),
    )

    for (const answer of answers) expect(answer).toMatchObject({ reason: denied })
  })

  test('every other table and view, read by a member, is refused', async () => {
    const others = all.filter((table) => !(table in readable))

    const answers = await Promise.allSettled(
      others.map((table) => sqlAs(url, signedIn(north.userId), `select * from ${table}`)),
    )

    expect(others).toEqual(
      expect.arrayContaining([
        'orgline.admin_notifications',
        'public.admin_notifications',
        'public.phone_number_pool',
      ]),
    )
    for (const answer of answers) expect(answer).toMatchObject({ reason: denied })
  })

  test('a number, passed on to another organization, is seen by its new holder alone', async () => {
    const before = await aBusyOrganization(url)
    const after = await aBusyOrganization(url)
    const end = 'update orgline.organization_phone_numbers set is_active = false, ended_at = now()'
    await sql(url, `${end} where id = $1`, [before.holdingId])
    await aHolding(url, after.organizationId, before.phoneNumberId)

    const [past, present, held, history] = await Promise.all([
      seen(signedIn(before.userId), 'orgline.phone_numbers'),
      seen(signedIn(after.userId), 'orgline.phone_numbers'),
      seen(signedIn(before.userId), 'public.organization_phone_numbers'),
      seen(signedIn(before.userId), 'orgline.messages'),
    ])

    expect(past).toEqual([])
    expect(held).toEqual([])
    expect(new Set(present)).toEqual(new Set([before.phoneNumberId, after.phoneNumberId]))
    expect(history).toEqual([before.messageId])
  })

  test('the members of an organization, read by one of them, show that one alone, and to an admin all', async () => {
    const { organizationId, userId } = await aBusyOrganization(url)
    const adminId = await aMember(url, organizationId)
    const rise = "update orgline.organization_members set role = 'admin' where user_id = $1"
    await sql(url, rise, [adminId])
    const seenBy = async (id: string) => {
      const text = 'select user_id from orgline.organization_members'
      return (await sqlAs<{ user_id: string }>(url, signedIn(id), text)).map((row) => row.user_id)
    }

    expect(await seenBy(userId)).toEqual([userId])
    expect(new Set(await seenBy(adminId))).toEqual(new Set([adminId, userId]))
  })

  test.each([
    ['orgline.organization_members', 'email'],
    ['orgline.organization_members', 'demoted_at'],
    ['orgline.organizations', 'settings'],
    ['orgline.organizations', 'created_by'],
    ['orgline.phone_numbers', 'import_token_hash'],
    ['orgline.phone_numbers', 'past_marks'],
    ['orgline.agents', 'api_key_id'],
    ['orgline.messages', 'outlay'],
    ['orgline.calls', 'outlay'],
    ['orgline.calls', 'request_id'],
  ])('%s, asked by a member for %s, is refused', async (table, column) => {
    const reading = sqlAs(url, signedIn(north.userId), `select ${column} from ${table}`)

    await expect(reading).rejects.toMatchObject(denied)
  })

  test('the ledger of migrations, read by a member, is refused', async () => {
    const reading = sqlAs(url, signedIn(north.userId), 'select * from orgline.schema_migrations')

    await expect(reading).rejects.toMatchObject(denied)
  })
})
