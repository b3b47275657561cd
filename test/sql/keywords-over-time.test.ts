import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { aHolding, aNumber, anOrganization, aPhoneNumber } from '../support/rows.ts'

interface Said {
  keyword: 'start' | 'stop'
  /** Seconds between this and the one before; no two are said in the same second. */
  after: number
  /** Seconds until the webhook tells of it; null: no webhook does. */
  delay: number | null
}

/** What reaches the database, in that order. */
interface Arriving {
  keyword: Said['keyword']
  saidAt: number
  arrivesAt: number
  isCaughtUp: boolean
}

const DAY = 86_400

const RECEIVE = `select public.receive_message(
  p_provider_message_id => $1, p_from => $2, p_to => $3, p_customer => $2, p_body => upper($4), p_media => '[]',
  p_segments => 1, p_request_id => 'test', p_keyword => $4,
  p_sent_at => date_trunc('second', now()) - make_interval(secs => $5::integer))`

describe('keywords of a customer, in whatever order and by whichever way they come', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  async function aLine() {
    const organizationId = await anOrganization(url)
    const number = aNumber()
    const phoneNumberId = await aPhoneNumber(url, { phone_number: number, status: 'assigned' })
    await aHolding(url, organizationId, phoneNumberId, { is_active: true })
    await sql(
      url,
      "update phone_numbers set created_at = now() - interval '9 days', bought_at = now() - interval '9 days' where id = $1",
      [phoneNumberId],
    )
    await sql(
      url,
      "update organization_phone_numbers set assigned_at = now() - interval '9 days' where phone_number_id = $1",
      [phoneNumberId],
    )
    return { organizationId, number }
  }
  type Line = Awaited<ReturnType<typeof aLine>>

  /** Time passes: all that is there moves into the past. */
  async function pass(line: Line, seconds: number) {
    await sql(
      url,
      `update messages set created_at = created_at - make_interval(secs => $2), caught_up_at = caught_up_at - make_interval(secs => $2)
       where organization_id = $1`,
      [line.organizationId, seconds],
    )
    await sql(
      url,
      'update opt_outs set said_at = said_at - make_interval(secs => $2) where organization_id = $1',
      [line.organizationId, seconds],
    )
  }

  /** `age`: seconds since it was said, of one that no webhook told of; null: a webhook tells of it. */
  const receive = (line: Line, customer: string, keyword: string, age: number | null) =>
    sql(url, RECEIVE, [`SM${randomUUID()}`, customer, line.number, keyword, age])

  const isOptedOut = async (line: Line, customer: string) =>
    (
      await sql(url, 'select 1 from opt_outs where organization_id = $1 and phone_number = $2', [
        line.organizationId,
        customer,
      ])
    ).length > 0

  /** Says all of it, with a run of the reader every `everySeconds`; whether the customer is opted out then. */
  async function play(story: Said[], everySeconds: number): Promise<boolean> {
    const line = await aLine()
    const customer = aNumber()
    let now = 0
    for (const each of arrivals(story, everySeconds)) {
      await pass(line, each.arrivesAt - now)
      now = each.arrivesAt
      await receive(line, customer, each.keyword, each.isCaughtUp ? now - each.saidAt : null)
    }
    return isOptedOut(line, customer)
  }

  const story = fc.array(
    fc.record<Said>({
      keyword: fc.constantFrom('start', 'stop'),
      after: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 400 })),
      delay: fc.option(fc.integer({ min: 0, max: 59 })),
    }),
    { minLength: 1, maxLength: 6 },
  )

  test('the last of which is STOP, leave the customer opted out', async () => {
    const stopLast = story.map((all) => [
      ...all,
      { ...(all.at(-1) as Said), keyword: 'stop' as const },
    ])
    await fc.assert(
      fc.asyncProperty(stopLast, fc.integer({ min: 1, max: 900 }), async (all, every) => {
        expect(await play(all, every)).toBe(true)
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  test('the last of which is START, well after every STOP, leave the customer opted in', async () => {
    const startLast = story.map((all) => [
      ...all,
      { ...(all.at(-1) as Said), keyword: 'start' as const, after: 180 },
    ])
    await fc.assert(
      fc.asyncProperty(startLast, fc.integer({ min: 1, max: 900 }), async (all, every) => {
        expect(await play(all, every)).toBe(false)
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  test.each<[string, 'out' | 'in', [keyword: string, age: number | null][]]>([
    [
      'STOP, START of the same second, caught up',
      'out',
      [
        ['stop', 300],
        ['start', 300],
      ],
    ],
    [
      'START, STOP of the same second, caught up',
      'out',
      [
        ['start', 300],
        ['stop', 300],
      ],
    ],
    [
      'START a second after STOP, caught up',
      'in',
      [
        ['stop', 300],
        ['start', 299],
      ],
    ],
    [
      'START a second after STOP, taken in before it',
      'in',
      [
        ['start', 299],
        ['stop', 300],
      ],
    ],
    [
      'START, then STOP, by webhook',
      'out',
      [
        ['start', null],
        ['stop', null],
      ],
    ],
    [
      'STOP, then START, by webhook',
      'in',
      [
        ['stop', null],
        ['start', null],
      ],
    ],
    [
      'START by webhook, STOP of half a minute before',
      'out',
      [
        ['start', null],
        ['stop', 30],
      ],
    ],
    [
      'START by webhook, STOP of five minutes before',
      'in',
      [
        ['start', null],
        ['stop', 300],
      ],
    ],
    [
      'STOP by webhook, START of half a minute before',
      'out',
      [
        ['stop', null],
        ['start', 30],
      ],
    ],
  ])('%s: leave the customer opted %s', async (_, expected, all) => {
    const line = await aLine()
    const customer = aNumber()

    for (const [keyword, age] of all) await receive(line, customer, keyword, age)

    expect(await isOptedOut(line, customer)).toBe(expected === 'out')
  })

  test.each([
    ['stop', 'start', 'in'],
    ['start', 'stop', 'out'],
  ])(
    '%s arrives, %s arrives and overtakes it: the customer is opted %s',
    async (earlier, later, expected) => {
      const line = await aLine()
      const customer = aNumber()
      const overtaken = new Client({ connectionString: url })
      await overtaken.connect()
      onTestFinished(() => overtaken.end())
      await overtaken.query('begin')
      // Its transaction, and so its arrival, begins with the first statement after.
      await overtaken.query('select now()')

      await receive(line, customer, later, null)
      await overtaken.query(RECEIVE, [`SM${randomUUID()}`, customer, line.number, earlier, null])
      await overtaken.query('commit')

      expect(await isOptedOut(line, customer)).toBe(expected === 'out')
    },
  )

  test('HELP, or a text that is no keyword: changes nothing', async () => {
    const line = await aLine()
    const customer = aNumber()
    await receive(line, customer, 'stop', null)

    await receive(line, customer, 'help', null)

    expect(await isOptedOut(line, customer)).toBe(true)
  })
})

/**
 * Webhooks come in the order in which things were said; what none tells of comes with the first run
 * of the reader that finds it two minutes old, the oldest first.
 */
function arrivals(story: Said[], everySeconds: number): Arriving[] {
  let saidAt = DAY
  let lastWebhook = 0
  const all = story.map(({ keyword, after, delay }): Arriving => {
    saidAt += after
    if (delay === null) {
      const arrivesAt = Math.ceil((saidAt + 120) / everySeconds) * everySeconds
      return { keyword, saidAt, arrivesAt, isCaughtUp: true }
    }
    lastWebhook = Math.max(lastWebhook, saidAt + delay)
    return { keyword, saidAt, arrivesAt: lastWebhook, isCaughtUp: false }
  })
  return all.toSorted((one, other) => one.arrivesAt - other.arrivesAt || one.saidAt - other.saidAt)
}
