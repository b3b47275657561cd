import { expect, test } from 'vitest'
import { blocksRead, explained, leastRead } from '../../support/blocks.ts'
import { cloneDatabase, sql } from '../../support/database.ts'
import { manyRows } from '../../support/many-rows.ts'

/** In one transaction, so that other connections are told of all at once: more than PostgreSQL keeps for them. */
const MUCH_CHANGED = `do $$ begin
  for n in 1..600 loop execute format('create table much_%s (a int primary key, b int, c int)', n); end loop;
end $$`

test('the blocks of a statement, counted while another database changes much at once, are its own alone', async () => {
  const rows = await manyRows(async () => {})
  const other = await cloneDatabase()
  const counted: number[] = []
  const explain = async () => {
    if (counted.length === 1) await sql(other.url, MUCH_CHANGED)
    const plan = await explained(rows.client, `select private.steps_without('{}')`)
    counted.push(blocksRead(plan))
    return plan
  }
  await explain()

  const least = blocksRead(await leastRead(explain))

  await rows.end()
  await other.drop()
  expect(Math.max(...counted.slice(1))).toBeGreaterThan(100)
  expect(least).toBeLessThan(20)
})
