import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase, sql } from '../support/database.ts'
import { openUntypedDatabase } from '../support/stand-in.ts'

const Tries = z.object({ tries: z.int() })

/** An advisory lock at which transactions are kept until all are there. */
const GATE = 4_711

/** A sequence counts on where a transaction is rolled back. */
const SETUP = `
  create sequence public.tries;
  create function public.collide(p_times integer, p_code text) returns jsonb language plpgsql as $$
  declare
    v_tries bigint := nextval('public.tries');
  begin
    if v_tries <= p_times then
      raise exception 'told by the function' using errcode = p_code;
    end if;
    return jsonb_build_object('tries', v_tries);
  end $$;
  create table public.pair (id integer primary key, writes integer not null default 0);
  insert into public.pair (id) values (1), (2);
  create function public.write_pair(p_first integer, p_second integer, p_gate integer) returns jsonb language plpgsql as $$
  begin
    update public.pair set writes = writes + 1 where id = p_first;
    -- Not before both have their first row do they go for the second.
    perform pg_advisory_xact_lock_shared(p_gate);
    update public.pair set writes = writes + 1 where id = p_second;
    return '{}';
  end $$;
  grant all on all tables in schema public to service_role;
  grant all on all sequences in schema public to service_role;
  grant execute on all functions in schema public to service_role`

describe('a call that collides with others', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    await sql(url, SETUP)
  })
  afterAll(() => drop())

  async function collide(times: number, code: string, signal?: AbortSignal) {
    await sql(url, "select setval('public.tries', 1, false)")
    const args = { times, code }
    return openUntypedDatabase(url).rpc('collide', args, Tries, signal && { signal })
  }

  async function tries(): Promise<number> {
    const [row] = await sql<{ tries: number }>(
      url,
      'select (last_value - (not is_called)::int)::int as tries from public.tries',
    )
    return row?.tries ?? 0
  }

  test.each(['40001', '40P01'])(
    '%s, three times in a row, is repeated until it works',
    async (code) => {
      expect(await collide(3, code)).toEqual({ tries: 4 })
    },
  )

  test.each(['40001', '40P01'])(
    '%s, again and again, is given up after four tries',
    async (code) => {
      await expect(collide(100, code)).rejects.toMatchObject({ code: 'database_unavailable' })

      expect(await tries()).toBe(4)
    },
  )

  test.each([
    ['40002', 'database_unavailable'],
    ['OL009', 'wrong_state'],
    ['23505', 'internal_error'],
    ['57014', 'database_unavailable'],
  ])('another failure, %s, is not repeated', async (code, problem) => {
    await expect(collide(100, code)).rejects.toMatchObject({ code: problem })

    expect(await tries()).toBe(1)
  })

  test('a caller, gone before the first answer, is not repeated for', async () => {
    await expect(collide(100, '40P01', AbortSignal.abort())).rejects.toMatchObject({
      code: 'database_unavailable',
    })

    expect(await tries()).toBeLessThanOrEqual(1)
  })

  test('two transactions, each with the row that the other needs, both come through', async () => {
    const db = openUntypedDatabase(url)
    const gate = await holdGate(url, GATE)

    const both = [
      db.rpc('write_pair', { first: 1, second: 2, gate: GATE }, z.object({})),
      db.rpc('write_pair', { first: 2, second: 1, gate: GATE }, z.object({})),
    ]
    await expect.poll(() => waitingAt(url, GATE)).toBe(2)
    await gate.open()

    await Promise.all(both)
    expect(await sql(url, 'select id, writes from public.pair order by id')).toEqual([
      { id: 1, writes: 2 },
      { id: 2, writes: 2 },
    ])
  })
})

/** Keeps all at the gate until it is opened. */
async function holdGate(url: string, key: number) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('select pg_advisory_lock($1)', [key])
  return { open: () => client.end() }
}

async function waitingAt(url: string, key: number): Promise<number> {
  const [row] = await sql<{ waiting: number }>(
    url,
    `select count(*)::int as waiting from pg_locks
     where locktype = 'advisory' and objid = $1 and not granted`,
    [key],
  )
  return row?.waiting ?? 0
}
