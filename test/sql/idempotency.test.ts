import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor, databaseForTest, sql } from '../support/database.ts'
import { plansOf } from '../support/plans.ts'
import { openDatabase } from '../support/stand-in.ts'

const Begun = z.object({
  result: z.string(),
  token: z.uuid().optional(),
  status: z.int().optional(),
  body: z.unknown().optional(),
})

interface Request {
  owner?: string
  key: string
  hash?: string
  leaseSeconds?: number
}
const begin = (db: Database, { owner = 'admin:a', key, hash = 'h1', leaseSeconds = 60 }: Request) =>
  db.rpc('begin_idempotent_request', { owner, key, requestHash: hash, leaseSeconds }, Begun)
const finish = (
  db: Database,
  key: string,
  token: string | undefined,
  reply: { status: number | null; body: object | string | null } = { status: 201, body: { id: 1 } },
) =>
  db.rpc(
    'finish_idempotent_request',
    {
      owner: 'admin:a',
      key,
      token: token ?? null,
      replyStatus: reply.status,
      replyBody: reply.body,
    },
    z.object({ finished: z.boolean() }),
  )

const keep = (db: Database, key: string, token: string | undefined) =>
  db.rpc(
    'keep_idempotency_key',
    { owner: 'admin:a', key, token: token ?? null },
    z.object({ finished: z.boolean() }),
  )

const nothing = { status: null, body: null }
const running = { code: 'idempotency_in_progress' }
const reused = { code: 'idempotency_key_reused' }

describe('an idempotency key', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 20 }))
  })
  afterAll(() => drop())

  test('new, lets the request run', async () => {
    expect(await begin(db, { key: randomUUID() })).toEqual({
      result: 'run',
      token: expect.any(String),
    })
  })

  test('of a running request, refuses the second', async () => {
    const key = randomUUID()
    await begin(db, { key })

    await expect(begin(db, { key })).rejects.toMatchObject(running)
  })

  test('sent by twenty at once, lets one run', async () => {
    const key = randomUUID()

    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => begin(db, { key })))

    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject(running)
    }
  })

  test('whose change is being made by a run that was given up, refuses the next at once', async () => {
    const key = randomUUID()
    const { token } = await begin(db, { key, leaseSeconds: 0 })
    const running = new Client({ connectionString: url })
    await running.connect()
    onTestFinished(() => running.end())
    const from = { requestId: 'r', attempt: { owner: 'admin:a', key, token } }
    await running.query('begin')
    await running.query(
      "select private.audit($1::jsonb::public.orgline_actor, 'made', null, 'x')",
      [JSON.stringify({ kind: 'operator', name: 'a', from })],
    )

    const meanwhile = begin(db, { key })

    await expect(meanwhile).rejects.toMatchObject({ code: 'idempotency_in_progress' })
    await running.query('commit')
    const asked = { owner: 'admin:a', key, requestHash: 'h1', leaseSeconds: 60 }
    await expect(
      db.rpc('begin_idempotent_request', { ...asked, isMarked: true }, Begun),
    ).rejects.toMatchObject({ code: 'answer_lost' })
    expect(await begin(db, { key })).toMatchObject({ result: 'run' })
  })

  test.each([[{ id: 'x', list: [1, null] }], ['text'], [null]])(
    'of a finished request, replays the answer %o',
    async (body) => {
      const key = randomUUID()
      const { token } = await begin(db, { key })
      await finish(db, key, token, { status: 202, body })

      expect(await begin(db, { key })).toEqual({ result: 'replay', status: 202, body })
    },
  )

  test('of a finished request, with another body, is refused as used', async () => {
    const key = randomUUID()
    const { token } = await begin(db, { key })
    await finish(db, key, token)

    await expect(begin(db, { key, hash: 'h2' })).rejects.toMatchObject(reused)
  })

  test('of a running request, with another body, is refused as used', async () => {
    const key = randomUUID()
    await begin(db, { key })

    await expect(begin(db, { key, hash: 'h2' })).rejects.toMatchObject(reused)
  })

  test('of another caller, is a key of its own', async () => {
    const key = randomUUID()
    await begin(db, { key })

    expect(await begin(db, { key, owner: 'admin:b', hash: 'h2' })).toMatchObject({ result: 'run' })
  })

  test('of an attempt without effect, is free again, even for another body', async () => {
    const key = randomUUID()
    const { token } = await begin(db, { key })

    expect(await finish(db, key, token, nothing)).toEqual({ finished: true })
    expect(await begin(db, { key, hash: 'h2' })).toMatchObject({ result: 'run' })
  })

  test('kept without an answer, runs the same request anew and refuses any other, also after one fails', async () => {
    const key = randomUUID()
    const { token } = await begin(db, { key })
    expect(await keep(db, key, token)).toEqual({ finished: true })

    const again = await begin(db, { key })
    expect(again).toMatchObject({ result: 'run' })
    await expect(begin(db, { key })).rejects.toMatchObject(running)
    expect(await finish(db, key, again.token, nothing)).toEqual({ finished: true })

    await expect(begin(db, { key, hash: 'h2' })).rejects.toMatchObject(reused)
    expect(await begin(db, { key })).toMatchObject({ result: 'run' })
    expect(await keep(db, key, token)).toEqual({ finished: false })
  })

  test('of a crashed request, is free after its lease and its old holder cannot finish it', async () => {
    const key = randomUUID()
    const crashed = await begin(db, { key, leaseSeconds: 0 })

    const taken = await begin(db, { key })

    expect(taken).toMatchObject({ result: 'run' })
    expect(await finish(db, key, crashed.token)).toEqual({ finished: false })
    expect(await finish(db, key, crashed.token, nothing)).toEqual({ finished: false })
    expect(await finish(db, key, taken.token)).toEqual({ finished: true })
  })

  test('of a crashed request, taken by ten at once, lets one run', async () => {
    const key = randomUUID()
    await begin(db, { key, leaseSeconds: 0 })

    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => begin(db, { key })))

    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
  })

  test('older than a day, is forgotten', async () => {
    const key = randomUUID()
    const { token } = await begin(db, { key })
    await finish(db, key, token)
    const age = "update orgline.idempotency_keys set created_at = now() - interval '25 hours'"
    await sql(url, `${age} where key = $1`, [key])

    expect(await begin(db, { key, hash: 'h2' })).toMatchObject({ result: 'run' })
  })

  test('of many answers, is found by what is erased without reading the others', async () => {
    const plans = await plansOf(url, (client) => client.query('select private.erase_answers()'))

    const erasing =
      plans.find((plan) => plan.includes('delete from orgline.idempotency_keys')) ?? ''
    expect(erasing).toContain('Index Scan on idempotency_keys_strings')
    expect(erasing).not.toContain('Seq Scan')
  })

  test('freed at the moment a second request looks at it, is not called used', async () => {
    const own = await databaseForTest()
    const db = openDatabase(own.url)
    const gate = await pauseAfterInsert(own.url)
    const first = await gate.begin('k')

    // It sees no key yet, so it inserts one, and waits whether the first keeps its own.
    const second = begin(db, { key: 'k' }).catch((error) => error)
    await gate.isWaitedFor('transactionid')
    const token = await first.commit()
    await gate.isWaitedFor('advisory')
    await finish(db, 'k', token, nothing)
    await gate.open()

    expect(await second).toMatchObject(running)
    expect(await begin(db, { key: 'k' })).toMatchObject({ result: 'run' })
  })
})

/**
 * Holds every statement that inserts a key just before it ends, until the gate is opened; that of the gate's own
 * connection, `begin`, alone passes, and its transaction is open until it commits.
 */
async function pauseAfterInsert(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query(
    `create function public.pause() returns trigger language plpgsql as $$
       begin perform pg_advisory_xact_lock_shared(77); return null; end $$;
     create trigger pause after insert on orgline.idempotency_keys execute function public.pause();
     select pg_advisory_lock(77)`,
  )
  const waiting = `select from pg_locks l join pg_stat_activity a using (pid)
    where a.datname = current_database() and l.locktype = $1 and not l.granted`
  return {
    async begin(key: string) {
      await client.query('begin')
      const { rows } = await client.query(
        `select begin_idempotent_request('admin:a', $1, 'h1', 60) ->> 'token' as token`,
        [key],
      )
      const commit = async (): Promise<string> => {
        await client.query('commit')
        return rows[0].token
      }
      return { commit }
    },
    isWaitedFor: (lock: string) => expect.poll(() => sql(url, waiting, [lock])).toHaveLength(1),
    open: () => client.query('select pg_advisory_unlock(77)'),
  }
}
