import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { CallStore } from '../../src/calls/call-store.ts'
import { createCallWatch } from '../../src/calls/polling/call-poller.ts'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import type { Database } from '../../src/database/db.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { contactDeeds, Json, type Side } from '../support/contact-deeds.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { aNumber } from '../support/rows.ts'

const Retried = z.object({ result: z.enum(['none', 'kept', 'applied']) })
const never = new AbortController().signal

describe('ends of calls that are kept, and tried again', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let side: Side
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 8 }))
  })
  beforeEach(async () => {
    side = await aSide()
  })
  afterAll(() => drop())
  const { aSide, ring, endOf } = contactDeeds(() => ({ url, db }))

  /** A call of this customer, and its end, which is kept and due; those that are kept first are tried first. */
  async function keep(customer: string, changed: object = {}): Promise<string> {
    const { call_id } = await ring(side, customer)
    const event = { ...endOf(side, customer, 'words', { call_id }), ...changed }
    await sql(
      url,
      `insert into orgline.webhook_events (event_key, event, next_try_at)
       values ($1, $2, clock_timestamp() - interval '1 day')`,
      [randomUUID(), event],
    )
    return call_id
  }
  const retry = () => db.rpc('retry_deferred_event', {}, Json)

  /** One server's turn: two of those that are due. */
  async function retryTwo() {
    return [await retry(), await retry()]
  }

  async function deadlocks(): Promise<number> {
    const [row] = await sql<{ deadlocks: number }>(
      url,
      `select pg_stat_force_next_flush(), (select deadlocks::int from pg_stat_database where datname = current_database())`,
    )
    return row?.deadlocks ?? 0
  }

  test('by two servers at once, of the same two customers the other way round, wait for nobody in a circle', async () => {
    const [ann, bob] = [aNumber(), aNumber()]
    await keep(ann)
    const second = await keep(bob)
    const holder = new Client({ connectionString: url })
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query('begin')
    await holder.query('select from orgline.calls where id = $1 for update', [second])
    const before = await deadlocks()

    const one = retryTwo()
    await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(1)
    await keep(bob)
    await keep(ann)
    const other = retryTwo()
    let isOver = false
    void other.finally(() => {
      isOver = true
    })
    await expect.poll(async () => isOver || (await sql(url, LOCK_WAITERS)).length === 2).toBe(true)
    await holder.query('commit')

    expect((await Promise.all([one, other])).flat()).toEqual(Array(4).fill({ result: 'applied' }))
    expect(await deadlocks()).toBe(before)
  })

  test.each(['40P01', '40001'])(
    'and collide with others, %s, are repeated, not put off',
    async (code) => {
      const call = await keep(aNumber())
      await sql(
        url,
        `create sequence public.collisions;
         create function public.collide() returns trigger language plpgsql as $$ begin
           if nextval('public.collisions') <= 2 then raise exception 'in a circle' using errcode = '${code}'; end if;
           return null; end $$;
         grant all on sequence public.collisions to public;
         create trigger collide after update on orgline.calls for each row execute function public.collide()`,
      )
      const answer = await retry()
      await sql(url, 'drop function public.collide() cascade; drop sequence public.collisions')

      expect(answer).toEqual({ result: 'applied' })
      expect(await sql(url, 'select status from orgline.calls where id = $1', [call])).toEqual([
        { status: 'completed' },
      ])
    },
  )

  /** Nothing about this call can be changed, as where somebody holds it for longer than a statement may wait. */
  const hold = (call: string) =>
    sql(
      url,
      `create function public.cancel() returns trigger language plpgsql as $$ begin
         if new.id = '${call}' then raise exception 'canceling statement' using errcode = '57014'; end if;
         return null; end $$;
       create trigger cancel after update on orgline.calls for each row execute function public.cancel()`,
    )
  const letGo = () => sql(url, 'drop function public.cancel() cascade')

  /** So many turns of the loop; how many events each applied. */
  async function turns(count: number): Promise<number[]> {
    const calls: Partial<CallStore> = {
      retryDeferred: () => db.rpc('retry_deferred_event', {}, Retried),
      putOffDeferred: async (error) =>
        void (await db.rpc('put_off_deferred_event', { error }, Json)),
      claimToPoll: async () => [],
    }
    const watch = createCallWatch({
      calls: calls as CallStore,
      voiceAgents: {} as VoiceAgents,
      telephony: { findCallEnd: async () => undefined, answers: async () => true },
      maxPolls: 3,
      log: createLogger({ level: 'silent', secrets: [] }),
    })
    const applied: number[] = []
    for (let turn = 0; turn < count; turn++) applied.push(await watch.tick(never))
    return applied
  }

  test('one of which cannot be tried, because somebody is at its contact for long, let the others have theirs', async () => {
    const [held, other] = [await keep(aNumber()), await keep(aNumber())]
    await hold(held)
    const applied = await turns(2)
    await letGo()

    expect(applied).toEqual([0, 1])
    const ended = 'select id, status from orgline.calls where id = any ($1) order by status'
    expect(await sql(url, ended, [[held, other]])).toEqual([
      { id: other, status: 'completed' },
      { id: held, status: 'in-progress' },
    ])
  })

  /** What is kept of an event of 27 hours ago, due for so many, after a turn in which it cannot be tried. */
  async function afterATurn(hoursDue: number) {
    const held = await keep(aNumber())
    const its = "where event ->> 'call_id' = $1"
    await sql(
      url,
      `update orgline.webhook_events set received_at = now() - interval '27 hours',
         next_try_at = now() - make_interval(hours => $2) ${its}`,
      [held, hoursDue],
    )
    await hold(held)
    await turns(1)
    await letGo()
    return sql(url, `select from orgline.webhook_events ${its}`, [held])
  }

  test('one that is a day old, and could not be tried for the first time, is tried again', async () => {
    const kept = await afterATurn(26)

    expect(kept).toHaveLength(1)
  })

  test('one of which cannot be tried for a day, is a person’s', async () => {
    const kept = await afterATurn(2)

    expect(kept).toEqual([])
    const reported = "select facts ->> 'error' as error from orgline.admin_notifications"
    expect(await sql(url, reported)).toEqual([{ error: expect.stringContaining('database') }])
  })

  test('one of which fails, let the others have theirs, and say why it failed', async () => {
    await keep(aNumber(), { duration_seconds: 'long' })
    const call = await keep(aNumber())

    expect(await retryTwo()).toEqual([
      { result: 'kept', error: expect.stringContaining('"long"') },
      { result: 'applied' },
    ])
    expect(await sql(url, 'select status from orgline.calls where id = $1', [call])).toEqual([
      { status: 'completed' },
    ])
    expect(await retry()).toEqual({ result: 'none' })
  })
})
