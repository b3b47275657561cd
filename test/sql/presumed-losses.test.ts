import { expect, test } from 'vitest'
import { isTooMany } from '../../src/reconcile/mass-change.ts'
import { databaseForTest, sql } from '../support/database.ts'

test('so many numbers that a carrier says are gone, are too many, whether a sweep or anybody else finds it out', async () => {
  const database = await databaseForTest()

  const rows = await sql<{ changed: string; all: string; many: boolean }>(
    database.url,
    `select c as changed, a as all, private.is_too_many(c, a) as many
     from generate_series(0, 14) c, generate_series(0, 60) a`,
  )

  expect(rows.filter(({ many }) => many)).toEqual(
    rows.filter(({ changed, all }) => isTooMany(Number(changed), Number(all))),
  )
  expect(rows.filter(({ many }) => many).length).toBeGreaterThan(0)
})
