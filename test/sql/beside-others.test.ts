import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { OPERATOR } from '../support/actors.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { aBusyOrganization, anOrganization } from '../support/rows.ts'
import { SEEDS_TABLES, SUPABASE, THEIRS } from '../support/seeds-tables.ts'
import { signedIn, sqlAs } from '../support/sql-role.ts'
import { openDatabase } from '../support/stand-in.ts'

const NAMES = [
  'admin_notifications',
  'agents',
  'organization_phone_numbers',
  'organizations',
  'phone_number_pool',
  'phone_numbers',
]
const inPublic = NAMES.map((name) => `public.${name}`)
const inLegacy = NAMES.map((name) => `legacy.${name}`)

async function anOlderProject() {
  const database = await databaseForTest('template0')
  await sql(database.url, SUPABASE)
  await sql(database.url, SEEDS_TABLES)
  return database
}

describe('migrate, in a database that has tables of the same names', () => {
  test('their tables, after two migrations, are what they were to the byte', async () => {
    const database = await anOlderProject()
    const before = await sql(database.url, THEIRS)

    await migrate(database.url, MIGRATIONS)
    await migrate(database.url, MIGRATIONS)

    expect(await sql(database.url, THEIRS)).toEqual(before)
    expect(before.length).toBeGreaterThan(60)
  })

  test('our functions, called, have rows of their own', async () => {
    const database = await anOlderProject()
    await migrate(database.url, MIGRATIONS)
    const id = await anOrganization(database.url)

    const db = openDatabase(database.url)
    const args = { actor: OPERATOR, organizationId: id }
    const reply = await db.rpc('get_organization', args, z.object({ id: z.string() }))

    expect(reply).toEqual({ id })
    expect(await sql(database.url, 'select name from public.organizations')).toHaveLength(1)
  })

  test('our views, whose names are all taken, are made in schema legacy', async () => {
    const database = await anOlderProject()

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toEqual(inLegacy)
    const { userId, organizationId } = await aBusyOrganization(database.url)
    const seen = await sqlAs(
      database.url,
      signedIn(userId),
      'select organization_id from legacy.organization_phone_numbers',
    )
    expect(seen).toEqual([{ organization_id: organizationId }])
  })

  test('whatever has the name of a view, is in the way of that view', async () => {
    const database = await databaseForTest('template0')
    await sql(
      database.url,
      `create table public.organizations (id int);
       create index organization_phone_numbers on public.organizations (id);
       create view public.agents as select 1 as id;
       create materialized view public.phone_numbers as select 1 as id;
       create sequence public.phone_number_pool;
       create type public.admin_notifications as enum ('import')`,
    )

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toEqual(inLegacy)
  })

  test('a type of their own, is in the way of the view of that name alone', async () => {
    const database = await databaseForTest('template0')
    await sql(database.url, 'create type public.agents as (id int)')

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toEqual(inPublic.map((view) => view.replace('public.agents', 'legacy.agents')))
  })

  test('a schema legacy of theirs, with the same names, keeps what it has and who may enter', async () => {
    const database = await anOlderProject()
    await sql(
      database.url,
      'create schema legacy; create table legacy.agents (id int); create table legacy.organizations (id int)',
    )

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toEqual(inLegacy.filter((view) => !/\.(agents|organizations)$/.test(view)))
    const [may] = await sql(
      database.url,
      "select has_schema_privilege('authenticated', 'legacy', 'usage') as enter",
    )
    expect(may).toEqual({ enter: false })
  })
})

describe('migrate, when something came in the way of its views', () => {
  test('a table of theirs, made in place of a view, stays, and the view is in schema legacy', async () => {
    const database = await databaseForTest()
    await sql(
      database.url,
      'drop view public.agents; create table public.agents (id int); insert into public.agents values (7)',
    )

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toContain('legacy.agents')
    expect(await sql(database.url, 'select * from public.agents')).toEqual([{ id: 7 }])
  })

  test('a view in schema legacy, whose name has become free, goes back to public', async () => {
    const database = await anOlderProject()
    await migrate(database.url, MIGRATIONS)
    await sql(database.url, 'drop table public.agents')

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toContain('public.agents')
    expect(await sql(database.url, "select to_regclass('legacy.agents') as left")).toEqual([
      { left: null },
    ])
  })

  test('a view of theirs upon one of ours, outlives a migration, and so does ours', async () => {
    const database = await databaseForTest()
    const id = await anOrganization(database.url)
    await sql(database.url, 'create view public.mine as select id, name from public.organizations')

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toEqual(inPublic)
    expect(await sql(database.url, 'select id from public.mine')).toEqual([{ id }])
  })

  test('a view of ours with other columns, which theirs is built on, stays as it was', async () => {
    const database = await databaseForTest()
    await sql(
      database.url,
      `drop view public.organizations;
       create view public.organizations as select name as title, id from orgline.organizations;
       comment on view public.organizations is 'orgline';
       create view public.mine as select title from public.organizations`,
    )

    const { views } = await migrate(database.url, MIGRATIONS)

    expect(views).toEqual(inPublic)
    expect(await sql(database.url, 'select title from public.mine')).toEqual([])
    expect(await sql(database.url, "select to_regnamespace('legacy') as made")).toEqual([
      { made: null },
    ])
  })

  test('a view of ours with other columns, is made anew with those it has now', async () => {
    const database = await databaseForTest()
    await sql(
      database.url,
      `drop view public.organizations;
       create view public.organizations as select name as title from orgline.organizations;
       comment on view public.organizations is 'orgline'`,
    )

    await migrate(database.url, MIGRATIONS)

    const slug = `org-${randomUUID()}`
    expect(
      await sql(database.url, `select id from public.organizations where slug = '${slug}'`),
    ).toEqual([])
  })
})
