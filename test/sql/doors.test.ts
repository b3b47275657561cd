import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { databaseForTest, sql } from '../support/database.ts'
import { openUntypedDatabase } from '../support/stand-in.ts'

const Count = z.int()

/** As the sessions of the application have them, asked by one of them. */
const PREPARED = `
  create function public.count_prepared() returns jsonb language sql as $$
    select to_jsonb(count(*)) from pg_prepared_statements $$;
  create function public.add_one(p_to int) returns jsonb language sql as $$ select to_jsonb(p_to + 1) $$;
  grant execute on all functions in schema public to service_role`

const byPostgrest = process.env.DATABASE_DOOR === 'postgrest'

describe('the way to the database', () => {
  test('that these tests take, by its prepared statements, is the one asked for', async () => {
    const { url } = await databaseForTest()
    await sql(url, PREPARED)
    const db = openUntypedDatabase(url, { poolSize: 1 })

    expect(await db.rpc('count_prepared', {}, Count)).toBe(byPostgrest ? 0 : 1)
  })

  test('called often, with one function, prepares one statement', async () => {
    const { url } = await databaseForTest()
    await sql(url, PREPARED)
    const db = openUntypedDatabase(url, { poolSize: 1 })
    for (let number = 0; number < 20; number += 1) {
      expect(await db.rpc('add_one', { to: number }, Count)).toBe(number + 1)
    }

    expect(await db.rpc('count_prepared', {}, Count)).toBe(byPostgrest ? 0 : 2)
  })

  test('with a statement prepared, when migrate creates its function anew, calls the new one', async () => {
    const { url } = await databaseForTest()
    await sql(url, PREPARED)
    const db = openUntypedDatabase(url, { poolSize: 1 })
    // As often as it takes PostgreSQL to choose a plan for good.
    for (let number = 0; number < 10; number += 1) await db.rpc('add_one', { to: number }, Count)

    await sql(
      url,
      `begin;
       drop function public.add_one;
       create function public.add_one(p_to int) returns jsonb language sql as $$ select to_jsonb(p_to + 100) $$;
       grant execute on function public.add_one to service_role;
       commit`,
    )

    expect(await db.rpc('add_one', { to: 1 }, Count)).toBe(101)
  })

  test('called with other arguments than before, prepares another statement of another name', async () => {
    const { url } = await databaseForTest()
    await sql(
      url,
      `create function public.sum(p_a int default 1, p_b int default 10) returns jsonb language sql as $$
         select to_jsonb(p_a + p_b) $$;
       grant execute on function public.sum to service_role`,
    )
    const db = openUntypedDatabase(url, { poolSize: 1 })
    const both = { a: 2, b: 20 }
    const calls = [{}, both, { a: 2 }, { b: 20 }, {}, both].map((args) =>
      db.rpc('sum', args, Count),
    )

    expect(await Promise.all(calls)).toEqual([11, 22, 12, 21, 11, 22])
  })
})
