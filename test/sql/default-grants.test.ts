import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'

/** What Supabase grants by itself on whatever is made in schema public. */
const supabaseDefaults = ['tables', 'functions', 'sequences']
  .map(
    (kind) =>
      `alter default privileges in schema public grant all on ${kind} to anon, authenticated, service_role;`,
  )
  .join('\n')

describe('a database that grants everything to the API roles by default, migrated', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase('template0'))
    await sql(url, supabaseDefaults)
    await migrate(url, MIGRATIONS)
    await migrate(url, MIGRATIONS)
  })
  afterAll(() => drop())

  const grantsOn = (role: string) =>
    sql<{ grant: string }>(
      url,
      `select p.privilege || ' ' || t.tablename as grant
       from pg_tables t, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p(privilege)
       where t.schemaname = 'orgline' and has_table_privilege($1, format('orgline.%I', t.tablename), p.privilege)
       order by 1`,
      [role],
    ).then((rows) => rows.map((row) => row.grant))

  test('the tables, for anon, have no right left', async () => {
    expect(await grantsOn('anon')).toEqual([])
  })

  test('the tables, for a signed-in user, have the right to read what policies show', async () => {
    expect(await grantsOn('authenticated')).toEqual([
      'select agents',
      'select calls',
      'select contacts',
      'select messages',
      'select organization_members',
      'select organization_phone_numbers',
      'select organizations',
      'select phone_numbers',
    ])
  })

  test.each(['anon', 'authenticated'])(
    'the functions, for %s, have no right left',
    async (role) => {
      const open = await sql(
        url,
        `select p.proname from pg_proc p
       where p.pronamespace = 'public'::regnamespace and has_function_privilege($1, p.oid, 'execute')`,
        [role],
      )

      expect(open).toEqual([])
    },
  )
})
