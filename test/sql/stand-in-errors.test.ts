import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase, sql } from '../support/database.ts'
import { anOrganization } from '../support/rows.ts'
import { openStandIn, openUntypedDatabase } from '../support/stand-in.ts'

const Anything = z.unknown()

describe('a failing function, called through the stand-in', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    await sql(
      url,
      `create function public.fail(p_code text) returns jsonb language plpgsql as $$
       begin raise exception 'told by the function' using errcode = p_code, detail = 'the detail', hint = 'the hint'; end $$;
       create function public.fail_plainly() returns jsonb language plpgsql as $$ begin raise exception 'plain'; end $$;
       create function public.insert_twice(p_slug text) returns jsonb language sql security definer as $$
         insert into orgline.organizations (name, slug, email) values ('A', p_slug, 'a@example.com') returning to_jsonb(slug) $$;
       create function public.look() returns jsonb language sql as $$ select to_jsonb(count(*)) from orgline.organizations $$;
       create function public.sleep() returns jsonb language sql as $$ select to_jsonb(pg_sleep(60)::text) $$;
       create function public.cast_to_int(p_value text) returns jsonb language sql as $$ select to_jsonb(p_value::int) $$;
       create function public.count_up(p_a int) returns jsonb language sql as $$ select to_jsonb(p_a) $$;
       grant execute on all functions in schema public to service_role`,
    )
  })
  afterAll(() => drop())

  test.each([
    ['OL001', 400],
    ['OL014', 400],
    ['P0001', 400],
    ['22P02', 400],
    ['23503', 409],
    ['23505', 409],
    ['25006', 405],
    ['28000', 403],
    ['40001', 500],
    ['42501', 403],
    ['42883', 404],
    ['42P01', 404],
    ['53300', 503],
    ['53400', 500],
    ['57014', 500],
    ['57P01', 503],
    ['XX000', 500],
  ])('SQLSTATE %s, raised, is the status %i with the whole error', async (code, status) => {
    const call = openStandIn(url)

    const answer = await call('/rest/v1/rpc/fail', { p_code: code })

    expect(answer).toEqual({
      status,
      body: { code, message: 'told by the function', details: 'the detail', hint: 'the hint' },
    })
  })

  test.each([
    ['OL001', 'organization_not_found'],
    ['OL002', 'slug_taken'],
    ['OL003', 'organization_limit_reached'],
    ['OL004', 'phone_number_not_found'],
    ['OL006', 'lease_lost'],
    ['OL008', 'order_not_found'],
    ['OL009', 'wrong_state'],
    ['OL010', 'notification_not_found'],
    ['OL011', 'elevenlabs_id_mismatch'],
    ['OL012', 'busy'],
    ['OL013', 'idempotency_key_reused'],
    ['OL014', 'idempotency_in_progress'],
  ])('our own %s, raised, reaches the application as %s with its words', async (sqlState, code) => {
    const failing = openUntypedDatabase(url).rpc('fail', { code: sqlState }, Anything)

    await expect(failing).rejects.toMatchObject({
      name: 'AppError',
      code,
      message: 'told by the function',
    })
  })

  test.each(['P0001', '23505', '42501', '22P02', 'XX000', 'OL999'])(
    "SQLSTATE %s, not one of ours, is an internal error that keeps PostgreSQL's words to its cause",
    async (sqlState) => {
      const failing = openUntypedDatabase(url).rpc('fail', { code: sqlState }, Anything)

      await expect(failing).rejects.toMatchObject({
        name: 'AppError',
        code: 'internal_error',
        message: expect.not.stringContaining('reported'),
        cause: { message: expect.stringContaining(`${sqlState} (status`) },
      })
    },
  )

  test.each(['53300', '57P01', '57014', '40001', '40P01', '08006'])(
    'SQLSTATE %s, that may pass, says the database is not available',
    async (sqlState) => {
      const failing = openUntypedDatabase(url).rpc('fail', { code: sqlState }, Anything)

      await expect(failing).rejects.toMatchObject({ code: 'database_unavailable', status: 503 })
    },
  )

  test('an exception without a code, raised, is a 400 with P0001', async () => {
    const answer = await openStandIn(url)('/rest/v1/rpc/fail_plainly')

    expect(answer).toMatchObject({ status: 400, body: { code: 'P0001', message: 'plain' } })
  })

  test('a unique index, violated for real, is a 409 with 23505', async () => {
    await anOrganization(url)
    const call = openStandIn(url)
    await call('/rest/v1/rpc/insert_twice', { p_slug: 'twice' })

    const answer = await call('/rest/v1/rpc/insert_twice', { p_slug: 'twice' })

    expect(answer).toMatchObject({ status: 409, body: { code: '23505' } })
  })

  test('a table, read without the right to, is a 403 with 42501', async () => {
    const answer = await openStandIn(url)('/rest/v1/rpc/look')

    expect(answer).toMatchObject({ status: 403, body: { code: '42501' } })
  })

  test('a statement, over the time limit, is ended with 57014', async () => {
    const answer = await openStandIn(url, { timeoutMs: 5_000 })('/rest/v1/rpc/sleep')

    expect(answer).toMatchObject({ status: 500, body: { code: '57014' } })
  })

  test('a value, that is not of the declared type, is a 400 and the next call is well', async () => {
    const call = openStandIn(url, { poolSize: 1 })

    const wrong = await call('/rest/v1/rpc/count_up', { p_a: 'many' })
    const right = await call('/rest/v1/rpc/count_up', { p_a: 1 })

    expect(wrong).toMatchObject({ status: 400, body: { code: '22P02' } })
    expect(right).toEqual({ status: 200, body: 1 })
  })

  test.each(['not json', 'null', '[1]', '"text"'])('a body, %s, is a 400', async (body) => {
    const answer = await openStandIn(url)('/rest/v1/rpc/count_up', body)

    expect(answer).toMatchObject({ status: 400, body: { code: 'PGRST102' } })
  })

  test('a reply, that is not what the caller expects, says the database is not available', async () => {
    const calling = openUntypedDatabase(url).rpc('count_up', { a: 1 }, z.object({ count: z.int() }))

    await expect(calling).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('count_up'),
    })
  })

  test('a call of a function that is not there, by the application, is a database of another release', async () => {
    const calling = openUntypedDatabase(url).rpc('no_such_function', {}, Anything)

    await expect(calling).rejects.toMatchObject({
      code: 'database_unavailable',
      cause: { message: expect.stringContaining('PGRST202') },
    })
  })
})
