import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'

describe('migrate, several of one database at once', () => {
  test.each([2, 5])('an empty database, given %i at once, is migrated once', async (count) => {
    const database = await databaseForTest('template0')
    const files = (await readdir(MIGRATIONS)).filter((name) => /^\d{4}_/.test(name))

    const results = await together(count, () => migrate(database.url, MIGRATIONS))

    expect(results.flatMap((result) => result.applied).toSorted()).toEqual(files.toSorted())
    expect(await sql(database.url, 'select id from orgline.deployment')).toHaveLength(1)
    expect(await doubled(database.url)).toEqual([])
  })

  test('a migrated database, given five at once, keeps one of each function', async () => {
    const database = await databaseForTest()

    const results = await together(5, () => migrate(database.url, MIGRATIONS))

    expect(results.flatMap((result) => result.applied)).toEqual([])
    expect(await doubled(database.url)).toEqual([])
    expect(await sql(database.url, 'select public.ping() is not null as there')).toEqual([
      { there: true },
    ])
  })

  test('a call, made while functions are replaced, finds the old or the new ones', async () => {
    const database = await databaseForTest()
    const migrating = migrate(database.url, MIGRATIONS)

    const calls = await together(10, () => sql(database.url, 'select public.ping() as ping'))

    await migrating
    for (const rows of calls)
      expect(rows).toMatchObject([{ ping: { deployment: expect.any(String) } }])
  })
})

function together<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, work))
}

/** Names that more than one function has. */
function doubled(url: string) {
  return sql(
    url,
    `select proname from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
     group by pronamespace, proname having count(*) > 1`,
  )
}
