import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { copyOfMigrations, MIGRATIONS } from '../support/migrations.ts'

describe('migrate, making the functions anew', () => {
  test('a function, with another argument list, leaves no overload behind', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    const text = await migrations.read('functions/shared/health.sql')
    const changed = text.replace('public.ping()', 'public.ping(p_why text, p_how integer)')
    await migrations.write('functions/shared/health.sql', changed)

    await migrate(database.url, migrations.folder)

    expect(await argumentsOf(database.url, 'ping')).toEqual(['p_why text, p_how integer'])
  })

  test('a function, with another result type, is replaced', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    await migrations.write(
      'functions/shared/health.sql',
      `create function public.ping() returns text language sql as $$ select 'pong' $$`,
    )

    await migrate(database.url, migrations.folder)

    expect(await sql(database.url, 'select public.ping()')).toEqual([{ ping: 'pong' }])
  })

  test('a function, with another argument list, stays closed to all but the service role', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    const text = await migrations.read('functions/shared/health.sql')
    await migrations.write(
      'functions/shared/health.sql',
      text.replace('ping()', 'ping(p_why text)'),
    )

    await migrate(database.url, migrations.folder)

    const [may] = await sql(
      database.url,
      `select has_function_privilege('anon', f, 'execute') as anon,
         has_function_privilege('authenticated', f, 'execute') as authenticated,
         has_function_privilege('service_role', f, 'execute') as service_role
       from (select 'public.ping(text)'::regprocedure as f) as ping`,
    )
    expect(may).toEqual({ anon: false, authenticated: false, service_role: true })
  })

  test('a function, removed from the files, disappears', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    await migrations.remove('functions/shared/health.sql')

    await migrate(database.url, migrations.folder)

    expect(await argumentsOf(database.url, 'ping')).toEqual([])
    expect(await argumentsOf(database.url, 'get_order')).toEqual(['p_order_id uuid'])
  })

  test('a private helper, removed from the files, disappears', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    await migrations.write(
      'functions/helper.sql',
      'create function private.helper() returns integer language sql as $$ select 1 $$',
    )
    await migrate(database.url, migrations.folder)
    await migrations.remove('functions/helper.sql')

    await migrate(database.url, migrations.folder)

    expect(await argumentsOf(database.url, 'helper')).toEqual([])
  })

  test("somebody else's function, in public, is left as it is", async () => {
    const database = await databaseForTest()
    await sql(
      database.url,
      `create function public.of_somebody_else(p integer) returns integer language sql as $$ select p + 1 $$;
       comment on function public.of_somebody_else is 'not ours';
       grant execute on function public.of_somebody_else to anon`,
    )

    await migrate(database.url, MIGRATIONS)

    const [found] = await sql(
      database.url,
      `select public.of_somebody_else(1) as result, obj_description(f) as comment,
         has_function_privilege('anon', f, 'execute') as anon
       from (select 'public.of_somebody_else'::regproc as f) as function`,
    )
    expect(found).toEqual({ result: 2, comment: 'not ours', anon: true })
  })

  test('the policy helper, made by a numbered file, outlives a migration with its rights', async () => {
    const database = await databaseForTest()
    const oid = `select 'private.own_organizations'::regproc::oid as oid,
      has_function_privilege('authenticated', 'private.own_organizations(text[])', 'execute') as authenticated`
    const before = await sql(database.url, oid)

    await migrate(database.url, MIGRATIONS)

    expect(await sql(database.url, oid)).toEqual(before)
    expect(before).toEqual([{ oid: expect.any(Number), authenticated: true }])
  })

  test('a failing file of functions, is named and leaves the old functions at work', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    await migrations.write('functions/zebra.sql', 'create function public.zebra( returns nothing')

    const migrating = migrate(database.url, migrations.folder)

    await expect(migrating).rejects.toThrow(/^zebra\.sql: syntax error/)
    expect(await sql(database.url, 'select public.ping() is not null as there')).toEqual([
      { there: true },
    ])
  })
})

async function argumentsOf(url: string, name: string): Promise<string[]> {
  const rows = await sql<{ arguments: string }>(
    url,
    `select pg_get_function_identity_arguments(oid) as arguments from pg_proc
     where proname = $1 and pronamespace in ('public'::regnamespace, 'private'::regnamespace)`,
    [name],
  )
  return rows.map((row) => row.arguments)
}
