import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../../src/database/db.ts'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { createCheckSchema } from '../../src/database/schema/check-schema.ts'
import { readOwnSchema } from '../../src/database/schema/own-schema.ts'
import { answer, carrierServer } from '../support/carrier-server.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { memoryLog } from '../support/memory-log.ts'
import { copyOfMigrations, MIGRATIONS } from '../support/migrations.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request } from '../support/requests.ts'
import { openDatabase } from '../support/stand-in.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a server, whose database is of another release', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())
  beforeEach(async () => {
    await world.sql("delete from orgline.schema_migrations where name = '0999_colours.sql'")
    await migrate(world.database.url, MIGRATIONS)
    expectStatus(await ready(), 200)
  })

  const ready = () => request(world.origin, 'GET', '/readyz')
  const reported = (words: string) => world.logs.filter((line) => line.includes(words))

  test('a newer one, makes it not ready until the older is back', async () => {
    const newer = await copyOfMigrations()
    await newer.write('0999_colours.sql', 'select 1')
    await migrate(world.database.url, newer.folder)

    const answers = [await ready(), await ready(), await request(world.origin, 'GET', '/livez')]

    const [first, second, live] = answers as [Answered, Answered, Answered]
    expectProblem(first, 503, 'not_ready')
    expect(first.body.detail).toBe(
      'The database is newer than this release: it has 0999_colours.sql. Run the newer release on this server',
    )
    expect([second.status, live.status]).toEqual([503, 200])
    expect(
      reported('it has 0999_colours.sql').filter((line) => !line.includes('"req"')),
    ).toHaveLength(1)
    await world.sql("delete from orgline.schema_migrations where name = '0999_colours.sql'")
    await migrate(world.database.url, MIGRATIONS)
    expectStatus(await ready(), 200)
    expect(reported('the database serves this server now').length).toBeGreaterThan(0)
  })

  test('an older one, makes it not ready and says what it lacks and what to run', async () => {
    const kept = await world.sql<{ name: string; checksum: string }>(
      "delete from orgline.schema_migrations where name like '0010%' returning name, checksum",
    )

    const answer = await ready()

    expectProblem(answer, 503, 'not_ready')
    expect(answer.body.detail).toBe(
      'The database is older than this release: it lacks 0010_notifications.sql. Run npm run migrate of this release',
    )
    await world.sql('insert into orgline.schema_migrations (name, checksum) values ($1, $2)', [
      kept[0]?.name,
      kept[0]?.checksum,
    ])
    expectStatus(await ready(), 200)
  })

  test('one of before the first release, makes it not ready and says what to do', async () => {
    await world.sql(
      "insert into orgline.schema_migrations (name, checksum) values ('0036_numbers_over_time.sql', '')",
    )

    const answer = await ready()

    await world.sql(
      "delete from orgline.schema_migrations where name = '0036_numbers_over_time.sql'",
    )
    expectProblem(answer, 503, 'not_ready')
    expect(answer.body.detail).toMatch(/^This database was made before the first release/)
  })

  test('one with other functions, makes it not ready and says which it lacks', async () => {
    const other = await copyOfMigrations()
    await other.remove('functions/shared/leases.sql')
    await migrate(world.database.url, other.folder)

    const answer = await ready()

    expectProblem(answer, 503, 'not_ready')
    expect(answer.body.detail).toMatch(/it lacks .*renew_lease\(p_name,p_token,p_lease_ms\)/)
    expect(answer.body.detail).toContain('Run npm run migrate of the release that is to run')
  })

  test('one of before all this, makes it not ready and says what to run', async () => {
    const older = await copyOfMigrations()
    await older.write(
      'functions/shared/health.sql',
      "create function public.ping() returns jsonb language sql as $$ select jsonb_build_object('deployment', 'ab') $$;",
    )
    await migrate(world.database.url, older.folder)

    const answer = await ready()

    expectProblem(answer, 503, 'not_ready')
    expect(answer.body.detail).toContain('function compare_schema')
  })

  test('one without a function, answers who needs it 503, and not that we failed', async () => {
    const other = await copyOfMigrations()
    await other.write('functions/notifications/notifications.sql', '')
    await migrate(world.database.url, other.folder)

    const answer = await request(world.origin, 'GET', '/api/admin/notifications', { token: ADMIN })

    expectProblem(answer, 503, 'database_unavailable')
    expect(answer.body.detail).toContain('function list_notifications')
    expect(answer.body.detail).toContain('npm run migrate')
  })
})

describe('a database, empty', () => {
  test('plain PostgreSQL, is told with what to run', async () => {
    const database = await databaseForTest('template0')
    const db = openDatabase(database.url)

    await expect(checkOf(db)()).rejects.toMatchObject({
      code: 'not_ready',
      message: expect.stringContaining('run npm run migrate'),
    })
    await migrate(database.url, MIGRATIONS)
    await expect(checkOf(db)()).resolves.toBeUndefined()
  })

  test("Supabase's, is told with what to run", async () => {
    const supabase = await carrierServer(
      answer(404, {
        code: 'PGRST202',
        message: 'Could not find the function public.ping without parameters in the schema cache',
        details: 'Searched for the function public.ping without parameters',
        hint: null,
      }),
    )
    const db = createDatabase({
      kind: 'supabase',
      url: supabase.origin,
      secretKey: 'secret',
      timeoutMs: 60_000,
      poolSize: 10,
    })

    await expect(checkOf(db)()).rejects.toMatchObject({
      code: 'not_ready',
      message: expect.stringContaining(
        'function ping as this release calls it: run npm run migrate',
      ),
    })
  })
})

describe('the functions, read from their files', () => {
  test('compared with the database, are all that are public there, and no other', async () => {
    const database = await databaseForTest()
    const { functions } = await readOwnSchema(MIGRATIONS)

    const there = await sql<{ f: string }>(
      database.url,
      `select concat(proname, '(', array_to_string(proargnames[1:pronargs], ','), ')') as f from pg_proc
       where pronamespace = 'public'::regnamespace and obj_description(oid, 'pg_proc') = 'orgline'`,
    )

    expect(functions.toSorted()).toEqual(there.map(({ f }) => f).toSorted())
  })
})

type Answered = Awaited<ReturnType<typeof request>>

function expectStatus(answer: Answered, status: number): void {
  expect([answer.status, answer.body.detail]).toEqual([status, undefined])
}

function checkOf(db: Parameters<typeof createCheckSchema>[0]['db']) {
  return createCheckSchema({ db, folder: MIGRATIONS, log: memoryLog().log })
}
