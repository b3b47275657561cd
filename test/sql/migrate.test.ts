import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { copyOfMigrations, MIGRATIONS } from '../support/migrations.ts'
import { anOrganization } from '../support/rows.ts'

describe('migrate', () => {
  test('an empty database, migrated, has every file applied in order', async () => {
    const database = await databaseForTest('template0')
    const files = (await readdir(MIGRATIONS)).filter((name) => /^\d{4}_/.test(name)).sort()

    const result = await migrate(database.url, MIGRATIONS)

    expect(result.applied).toEqual(files)
    expect(await recorded(database.url)).toEqual(files)
  })

  test('an empty database, migrated, has the functions the application calls', async () => {
    const database = await databaseForTest('template0')

    const { functions } = await migrate(database.url, MIGRATIONS)

    const [reply] = await sql(database.url, 'select public.ping() as ping')
    expect(reply).toMatchObject({ ping: { deployment: expect.stringMatching(/^[0-9a-f]{8}$/) } })
    expect(functions).toBeGreaterThan(20)
  })

  test('a migrated database, migrated again, applies nothing and keeps its data', async () => {
    const database = await databaseForTest()
    const organizationId = await anOrganization(database.url)
    const [before] = await sql(database.url, 'select * from orgline.deployment')

    const result = await migrate(database.url, MIGRATIONS)

    expect(result.applied).toEqual([])
    expect(await sql(database.url, 'select id from orgline.organizations')).toEqual([
      { id: organizationId },
    ])
    expect(await sql(database.url, 'select * from orgline.deployment')).toEqual([before])
  })

  test('a migrated database, given one new file, applies that one alone', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    await migrations.write('0999_colours.sql', 'create table orgline.colours (name text)')

    const result = await migrate(database.url, migrations.folder)

    expect(result.applied).toEqual(['0999_colours.sql'])
    expect(await sql(database.url, 'select * from orgline.colours')).toEqual([])
  })

  test('a file, edited after it was applied, is refused by name with the way out', async () => {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    const text = await migrations.read('0002_organizations.sql')
    await migrations.write('0002_organizations.sql', `${text}\n-- an afterthought`)

    const migrating = migrate(database.url, migrations.folder)

    await expect(migrating).rejects.toThrow(
      'Migration 0002_organizations.sql was edited after it had been applied. Restore it, and put the change into a new file.',
    )
  })

  test('a database, newer than the files, is refused by the name of what they lack', async () => {
    const database = await databaseForTest()
    const newer = await copyOfMigrations()
    await newer.write('0999_colours.sql', 'create table orgline.colours (name text)')
    await migrate(database.url, newer.folder)

    const migrating = migrate(database.url, MIGRATIONS)

    await expect(migrating).rejects.toThrow(
      'The database is newer than this program: it has 0999_colours.sql. Run the newer release.',
    )
  })

  test('a database, made before the first release, is refused with what to do, and left alone', async () => {
    const database = await databaseForTest('template0')
    const old = `create schema private; create table public.number_orders (id uuid);
      create table private.schema_migrations (name text primary key, checksum text not null)`
    await sql(database.url, old)

    const migrating = migrate(database.url, MIGRATIONS)

    await expect(migrating).rejects.toThrow(
      'This database was made before the first release and cannot be updated. Make a new, empty one and run npm run migrate; of a sandbox, delete the folder .sandbox',
    )
    expect(await sql(database.url, "select to_regnamespace('orgline') as ours")).toEqual([
      { ours: null },
    ])
  })

  test('a database, made before the first release with its tables where they are now, is refused as such', async () => {
    const database = await databaseForTest()
    await sql(
      database.url,
      "insert into orgline.schema_migrations (name, checksum) values ('0039_quarantine_mark.sql', 'x')",
    )

    const migrating = migrate(database.url, MIGRATIONS)

    await expect(migrating).rejects.toThrow(/^This database was made before the first release/)
  })

  test("a database, with another tool's ledger of the same name, is migrated beside it", async () => {
    const database = await databaseForTest('template0')
    await sql(
      database.url,
      `create schema private; create table private.schema_migrations (version bigint, dirty boolean);
       insert into private.schema_migrations values (1, false)`,
    )

    const result = await migrate(database.url, MIGRATIONS)

    expect(result.applied).toEqual(await recorded(database.url))
    expect(await sql(database.url, 'select * from private.schema_migrations')).toEqual([
      { version: '1', dirty: false },
    ])
  })

  test('a failing file, after others of the same run, is named and undone, and the others stay', async () => {
    const database = await databaseForTest()
    const before = await recorded(database.url)
    const migrations = await copyOfMigrations()
    await migrations.write('0998_colours.sql', 'create table orgline.colours (name text)')
    await migrations.write('0999_broken.sql', 'create table orgline.sizes (); select nonsense')

    const migrating = migrate(database.url, migrations.folder)

    await expect(migrating).rejects.toThrow('0999_broken.sql: column "nonsense" does not exist')
    expect(await recorded(database.url)).toEqual([...before, '0998_colours.sql'])
    expect(
      await sql(
        database.url,
        "select to_regclass('orgline.colours') is not null as a, to_regclass('orgline.sizes') as b",
      ),
    ).toEqual([{ a: true, b: null }])
    expect(await sql(database.url, 'select public.ping() is not null as there')).toEqual([
      { there: true },
    ])
  })

  test('a failing file of an empty database, repaired, is applied by the next run', async () => {
    const database = await databaseForTest('template0')
    const migrations = await copyOfMigrations()
    await migrations.write('0999_broken.sql', 'select nonsense')
    await migrate(database.url, migrations.folder).catch(() => {})
    const before = await recorded(database.url)
    await migrations.write('0999_broken.sql', 'select 1')

    const result = await migrate(database.url, migrations.folder)

    expect(result.applied).toEqual(['0999_broken.sql'])
    expect(await recorded(database.url)).toEqual([...before, '0999_broken.sql'])
  })
})

async function recorded(url: string): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    url,
    'select name from orgline.schema_migrations order by name',
  )
  return rows.map((row) => row.name)
}
