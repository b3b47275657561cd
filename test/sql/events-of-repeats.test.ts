import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wrongEvents } from '../../chaos/events.ts'
import type { Database } from '../../src/database/db.ts'
import { askedAgain, FAILED_TWICE, REPORTED } from '../support/asked-again.ts'
import { contactDeeds } from '../support/contact-deeds.ts'
import { cloneWithDoor, sql } from '../support/database.ts'

describe('events of what is asked for again under its key', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 20_000, poolSize: 2 }))
  })
  afterAll(() => drop())

  let customers = 0
  const aCustomer = () => `+1604555${String(++customers).padStart(4, '0')}`
  const { aSide } = contactDeeds(() => ({ url, db }))
  const aKind = async (kind: 'call' | 'text') => askedAgain(url, kind, await aSide(), aCustomer())

  const judged = () =>
    wrongEvents({
      deployments: [{ database: 'one' }],
      cluster: { query: (_database, text) => sql(url, text) },
    })

  test.each<['text' | 'call', readonly string[], readonly string[]]>([
    ['call', ['ask', 'refused', 'ask', 'refused'], ['call.failed']],
    ['call', FAILED_TWICE.call.steps, FAILED_TWICE.call.events],
    [
      'call',
      ['ask', 'lost', 'ask', 'dialled', 'ended'],
      ['call.failed', 'call.started', 'call.ended'],
    ],
    ['text', ['ask', 'refused', 'ask', 'refused'], ['message.failed']],
    ['text', FAILED_TWICE.text.steps, FAILED_TWICE.text.events],
    [
      'text',
      ['ask', 'refused', 'ask', 'accepted', 'delivered'],
      ['message.failed', 'message.delivered'],
    ],
  ])('of a %s, after %j, are %j', async (kind, steps, expected) => {
    const { act, events } = await aKind(kind)

    for (const step of steps) await act(step, db)

    expect(await events()).toEqual(expected)
    expect(await judged()).toEqual([])
  })

  test.each([
    [
      'text',
      ['ask', 'refused', 'unknown', 'accepted', 'sent', 'failed', 'undelivered', 'delivered'],
    ],
    ['call', ['ask', 'refused', 'unknown', 'dialled', 'lost', 'busy', 'ended']],
  ] as const)(
    'of a %s, whatever becomes of it, are one for each state that is new, and none for a failure that follows a failure',
    async (kind, names) => {
      const steps = fc.array(fc.constantFrom(...names), { maxLength: 9 })

      await fc.assert(
        fc.asyncProperty(steps, async (chosen) => {
          const { act, status, events } = await aKind(kind)
          const expected: string[] = []
          let before = ''
          for (const step of ['ask', ...chosen]) {
            await act(step, db)
            const now = await status()
            const type = REPORTED[now]
            if (type && now !== before && type !== expected.at(-1)) expected.push(type)
            before = now
          }

          expect(await events()).toEqual(expected)
        }),
        { numRuns: 40 },
      )
      expect(await judged()).toEqual([])
    },
  )

  test('of a text, that is asked for again hours later, say when it was sent last', async () => {
    const { id, act } = await aKind('text')
    await act('ask', db)
    await sql(
      url,
      `update orgline.messages set created_at = created_at - interval '3 hours', counted_at = counted_at - interval '3 hours'
       where id = $1`,
      [id],
    )
    await act('refused', db)

    for (const step of ['ask', 'accepted', 'sent']) await act(step, db)

    const reported = await sql(
      url,
      `select type, (facts ->> 'sent_at')::timestamptz > now() - interval '1 hour' as "isOfNow"
       from orgline.events where facts ->> 'id' = $1 order by position`,
      [id],
    )
    expect(reported).toEqual([
      { type: 'message.failed', isOfNow: false },
      { type: 'message.sent', isOfNow: true },
    ])
  })

  test.each(['call', 'text'] as const)(
    'of a %s, without that of its last failure, are seen to be wrong',
    async (kind) => {
      const { id, act, forget } = await aKind(kind)
      for (const step of FAILED_TWICE[kind].steps) await act(step, db)
      const last = await sql(
        url,
        "delete from orgline.events where id = (select id from orgline.events where facts ->> 'id' = $1 order by position desc limit 1) returning id",
        [id],
      )

      const wrong = await judged()

      expect(last).toHaveLength(1)
      expect(wrong.length).toBeGreaterThan(0)
      for (const words of wrong) expect(words).toContain(id)
      await forget()
    },
  )
})
