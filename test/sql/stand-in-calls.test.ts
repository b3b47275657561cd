import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase, sql } from '../support/database.ts'
import { openStandIn, openUntypedDatabase } from '../support/stand-in.ts'

const Anything = z.unknown()

describe('the stand-in for PostgREST', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    await sql(
      url,
      `create function public.nothing_given() returns jsonb language sql as $$ select '{"ok": true}'::jsonb $$;
       create function public.with_defaults(p_a text, p_b integer default 2, p_c text[] default '{c}') returns jsonb
         language sql as $$ select jsonb_build_object('a', p_a, 'b', p_b, 'c', p_c) $$;
       create function public.all_defaults(p_a text default 'a') returns jsonb
         language sql as $$ select jsonb_build_object('a', p_a) $$;
       create function public.who() returns jsonb language sql as $$
         select jsonb_build_object('role', current_user, 'timeout', current_setting('statement_timeout')) $$;
       create function public."CamelCase"("pValue" text) returns jsonb language sql as $$ select jsonb_build_object('value', "pValue") $$;
       create function public.null_reply() returns jsonb language sql as $$ select null::jsonb $$;
       grant execute on all functions in schema public to service_role`,
    )
  })
  afterAll(() => drop())

  test('a function without arguments, called, answers', async () => {
    const call = openStandIn(url)

    const answer = await call('/rest/v1/rpc/nothing_given')

    expect(answer).toEqual({ status: 200, body: { ok: true } })
  })

  test.each([
    ['none of them', {}, { b: 2, c: ['c'] }],
    ['one of them', { c: ['d'] }, { b: 2, c: ['d'] }],
    ['null for one', { b: null }, { b: null, c: ['c'] }],
    ['all of them in another order', { c: [], b: 3 }, { b: 3, c: [] }],
  ])('default arguments, given %s, are filled in', async (_, given, expected) => {
    const db = openUntypedDatabase(url)

    const reply = await db.rpc('with_defaults', { ...given, a: 'x' }, Anything)

    expect(reply).toEqual({ a: 'x', ...expected })
  })

  test('a function of defaults alone, given nothing, answers with them', async () => {
    expect(await openUntypedDatabase(url).rpc('all_defaults', {}, Anything)).toEqual({ a: 'a' })
  })

  test('an argument, undefined in JavaScript, counts as not given', async () => {
    const db = openUntypedDatabase(url)

    expect(await db.rpc('all_defaults', { a: undefined }, Anything)).toEqual({ a: 'a' })
  })

  test('names with capitals, called as they are written, answer', async () => {
    const call = openStandIn(url)

    const answer = await call('/rest/v1/rpc/CamelCase', { pValue: 'x' })

    expect(answer).toEqual({ status: 200, body: { value: 'x' } })
  })

  test('a call, whoever the URL logs in, runs as the service role with a time limit', async () => {
    const db = openUntypedDatabase(url, { timeoutMs: 40_000 })

    expect(await db.rpc('who', {}, Anything)).toEqual({ role: 'service_role', timeout: '40s' })
  })

  test('a null result, called, answers null', async () => {
    const call = openStandIn(url)

    expect(await call('/rest/v1/rpc/null_reply')).toEqual({ status: 200, body: null })
  })

  test.each([
    ['of a function that is not there', 'no_such_function', {}],
    ['with a name that is not there', 'with_defaults', { p_a: 'x', p_z: 1 }],
    ['without an argument that has no default', 'with_defaults', { p_b: 1 }],
    ['of a function in another schema', 'own_organizations', { p_roles: null }],
    ['of a function of PostgreSQL itself', 'pg_sleep', {}],
  ])('a call, %s, is a 404 with the code PGRST202', async (_, name, body) => {
    const call = openStandIn(url)

    const answer = await call(`/rest/v1/rpc/${name}`, body)

    expect(answer).toEqual({
      status: 404,
      body: {
        code: 'PGRST202',
        message: expect.stringContaining(`public.${name}`),
        details: null,
        hint: null,
      },
    })
  })

  test.each([
    ['a table', '/rest/v1/organizations', 'POST'],
    ['the root', '/rest/v1/', 'POST'],
    ['another service', '/auth/v1/token', 'POST'],
    ['a path below a function', '/rest/v1/rpc/ping/more', 'POST'],
    ['a name with SQL in it', '/rest/v1/rpc/ping()', 'POST'],
    ['a function by GET', '/rest/v1/rpc/ping', 'GET'],
  ])('a request, for %s, is a 404 that says what is served', async (_, path, method) => {
    const call = openStandIn(url)

    const answer = await call(path, {}, { method })

    expect(answer).toMatchObject({
      status: 404,
      body: { message: expect.stringContaining('only POST /rest/v1/rpc/<function> is served') },
    })
  })

  test('a function, created after the first call, is found', async () => {
    const db = openUntypedDatabase(url)
    await db.rpc('ping', {}, Anything)
    onTestFinished(() => sql(url, 'drop function public.made_later').then(() => {}))
    await sql(
      url,
      `create function public.made_later(p_a int) returns jsonb language sql as $$ select to_jsonb(p_a) $$;
       grant execute on function public.made_later to service_role`,
    )

    expect(await db.rpc('made_later', { a: 1 }, Anything)).toBe(1)
  })

  test('a function, given another argument after the first call, is found', async () => {
    const db = openUntypedDatabase(url)
    await db.rpc('all_defaults', {}, Anything)
    const create = `language sql as $$ select to_jsonb(p_b) $$`
    await sql(
      url,
      `create function public.grown(p_a int) returns jsonb ${create.replace('p_b', 'p_a')}`,
    )
    await sql(url, 'grant execute on function public.grown to service_role')
    await db.rpc('grown', { a: 1 }, Anything)
    await sql(
      url,
      `drop function public.grown;
       create function public.grown(p_a int, p_b int) returns jsonb ${create};
       grant execute on function public.grown to service_role`,
    )

    expect(await db.rpc('grown', { a: 1, b: 2 }, Anything)).toBe(2)
  })
})
