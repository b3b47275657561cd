import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'

/** In PostgreSQL each function that is asked copies what it is given: of a transcript of 25 MB, a dozen times. */
describe('a transcript, in the SQL functions', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  const namesOf = async (condition: string) => {
    const rows = await sql<{ name: string }>(
      url,
      `select p.pronamespace::regnamespace || '.' || p.proname as name from pg_proc p
       where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and ${condition}
       order by 1`,
    )
    return rows.map(({ name }) => name)
  }

  test('is in no event: whoever takes one finds none there', async () => {
    expect((await namesOf(`'p_event' = any (p.proargnames)`)).length).toBeGreaterThan(15)
    // But at the door, where servers of an earlier release leave it.
    expect(await namesOf(`p.prosrc ~ '->>? *''transcript'''`)).toEqual(['public.record_call_event'])
  })

  test('left in its event, as by a server of an earlier release, is taken out of it and stored', async () => {
    const event = { call_id: null, agent_id: null, transcript: [{ role: 'user', message: 'Hi' }] }

    await sql(url, "select public.record_call_event('end:earlier', $1)", [event])

    const [kept] = await sql(
      url,
      "select event, transcript from orgline.webhook_events where event_key = 'end:earlier'",
    )
    expect(kept).toEqual({
      event: { call_id: null, agent_id: null },
      transcript: event.transcript,
    })
  })

  test('apart from its event, is given to those alone who store it, or pass it on to them', async () => {
    expect(await namesOf(`'p_transcript' = any (p.proargnames)`)).toEqual([
      'private.apply_call_event',
      'public.record_call_event',
      'public.record_found_call',
    ])
  })

  test('of a kept event, is read by nobody but whoever stores it: no row goes as a whole', async () => {
    expect(
      await namesOf(
        `(p.prorettype = 'orgline.webhook_events'::regtype
          or 'orgline.webhook_events'::regtype = any (p.proargtypes::oid[]))`,
      ),
    ).toEqual([])
    expect(await namesOf(`p.prosrc like '% w.transcript%'`)).toEqual([
      'public.retry_deferred_event',
    ])
  })
})
