import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'

/** What Supabase grants by itself on whatever is made in schema public, and that for every schema. */
const supabaseDefaults = ['tables', 'functions', 'sequences']
  .flatMap((kind) => [
    `alter default privileges in schema public grant all on ${kind} to anon, authenticated, service_role;`,
    `alter default privileges grant all on ${kind} to anon, authenticated, service_role;`,
  ])
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
      `select p.privilege || ' ' || c.oid::regclass as grant
       from pg_class c, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p(privilege)
       where c.relkind in ('r', 'v') and c.relnamespace in ('orgline'::regnamespace, 'public'::regnamespace)
         and case when p.privilege in ('delete', 'truncate', 'trigger') then has_table_privilege($1, c.oid, p.privilege)
           else has_any_column_privilege($1, c.oid, p.privilege) end
       order by 1`,
      [role],
    ).then((rows) => rows.map((row) => row.grant))

  test('the tables, for a signed-in user, show nothing of what the server has still to do', async () => {
    const columns = await sql<{ name: string }>(
      url,
      `select table_name || '.' || column_name as name from information_schema.column_privileges
       where grantee = 'authenticated' and table_schema = 'orgline' order by 1`,
    )

    expect(columns.length).toBeGreaterThan(80)
    expect(
      columns.filter(({ name }) =>
        /_(due|try|check|poll|work|change|release|next|hold)_?(at|until)$|work_at|change_at|release_at|attempts|lease_|hash|doubt|token/.test(
          name,
        ),
      ),
    ).toEqual([])
  })

  test.each(['anon', 'service_role'])(
    'the tables and views, for %s, have no right left',
    async (role) => {
      expect(await grantsOn(role)).toEqual([])
    },
  )

  test('the tables and views, for a signed-in user, have the right to read what policies show', async () => {
    expect(await grantsOn('authenticated')).toEqual([
      'select agents',
      'select organization_phone_numbers',
      'select organizations',
      'select orgline.agents',
      'select orgline.calls',
      'select orgline.contacts',
      'select orgline.messages',
      'select orgline.organization_members',
      'select orgline.organization_phone_numbers',
      'select orgline.organizations',
      'select orgline.phone_numbers',
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
