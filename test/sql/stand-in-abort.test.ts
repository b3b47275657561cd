import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase, sql } from '../support/database.ts'
import { openUntypedDatabase } from '../support/stand-in.ts'

const Anything = z.unknown()
const unavailable = { name: 'AppError', code: 'database_unavailable' }

describe('a call, aborted', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    await sql(
      url,
      `create table public.notes (note text);
       create function public.take_note(p_note text) returns jsonb language sql security definer as $$
         insert into public.notes values (p_note) returning to_jsonb(note) $$;
       create function public.wait_for(p_gate int) returns jsonb language sql as $$
         select to_jsonb(pg_advisory_xact_lock(p_gate)::text) $$;
       grant execute on all functions in schema public to service_role`,
    )
  })
  afterAll(() => drop())

  const notes = async () => {
    const rows = await sql<{ note: string }>(url, 'select note from public.notes')
    return rows.map((row) => row.note)
  }

  test('while its statement runs, is rejected though the statement goes on', async () => {
    const db = openUntypedDatabase(url, { timeoutMs: 60_000 })
    await closeGate(url, 1)
    const abort = new AbortController()
    const waiting = db.rpc('wait_for', { gate: 1 }, Anything, { signal: abort.signal })
    await waitingFor(url, 1)

    abort.abort()

    await expect(waiting).rejects.toMatchObject(unavailable)
    await waitingFor(url, 1)
  })

  test('while its statement runs, leaves a pool that serves others', async () => {
    const db = openUntypedDatabase(url, { poolSize: 2, timeoutMs: 60_000 })
    await closeGate(url, 2)
    const abort = new AbortController()
    const waiting = db.rpc('wait_for', { gate: 2 }, Anything, { signal: abort.signal })
    await waitingFor(url, 2)
    abort.abort()
    await expect(waiting).rejects.toMatchObject(unavailable)

    expect(await db.rpc('take_note', { note: 'after' }, Anything)).toBe('after')
  })

  test('while it waits for the only connection, is rejected at once and never carried out', async () => {
    const db = openUntypedDatabase(url, { poolSize: 1, timeoutMs: 60_000 })
    const gate = await closeGate(url, 3)
    const first = db.rpc('wait_for', { gate: 3 }, Anything)
    await waitingFor(url, 3)
    const abort = new AbortController()
    const second = db.rpc('take_note', { note: 'aborted' }, Anything, { signal: abort.signal })
    setImmediate(() => abort.abort())

    await expect(second).rejects.toMatchObject(unavailable)
    await gate.open()
    await first
    await db.rpc('take_note', { note: 'next' }, Anything)

    expect(await notes()).toContain('next')
    expect(await notes()).not.toContain('aborted')
  })

  test('before it began, is rejected and never carried out', async () => {
    const db = openUntypedDatabase(url, { poolSize: 1, timeoutMs: 60_000 })
    const signal = AbortSignal.abort()

    const call = db.rpc('take_note', { note: 'too late' }, Anything, { signal })

    await expect(call).rejects.toMatchObject(unavailable)
    await db.rpc('take_note', { note: 'another' }, Anything)
    expect(await notes()).not.toContain('too late')
  })

  test('by the time limit, is rejected and leaves the only connection at work', async () => {
    const db = openUntypedDatabase(url, { poolSize: 1, timeoutMs: 200 })
    await closeGate(url, 4)

    const waiting = db.rpc('wait_for', { gate: 4 }, Anything)

    await expect(waiting).rejects.toMatchObject(unavailable)
    await expect
      .poll(() => db.rpc('take_note', { note: 'again' }, Anything).catch(String))
      .toBe('again')
  })

  test('twenty at once over two connections, leave both at work', async () => {
    const db = openUntypedDatabase(url, { poolSize: 2, timeoutMs: 60_000 })
    const gate = await closeGate(url, 5)
    const abort = new AbortController()
    const calls = Array.from({ length: 20 }, () =>
      db.rpc('wait_for', { gate: 5 }, Anything, { signal: abort.signal }),
    )
    await waitingFor(url, 5)

    abort.abort()

    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ reason: unavailable })
    }
    await gate.open()
    const after = ['x', 'y', 'z'].map((note) => db.rpc('take_note', { note }, Anything))
    expect(await Promise.all(after)).toEqual(['x', 'y', 'z'])
  })
})

/** Makes every `wait_for` of this gate wait, until it is opened or the test is over. */
async function closeGate(url: string, gate: number) {
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('select pg_advisory_lock($1)', [gate])
  return { open: () => client.query('select pg_advisory_unlock($1)', [gate]) }
}

/** Waits until a statement stands before the gate. */
async function waitingFor(url: string, gate: number): Promise<void> {
  await expect
    .poll(() =>
      sql(
        url,
        `select from pg_locks l join pg_database d on d.oid = l.database
           where d.datname = current_database() and l.locktype = 'advisory' and l.objid = $1 and not l.granted`,
        [gate],
      ).then((rows) => rows.length),
    )
    .toBeGreaterThan(0)
}
