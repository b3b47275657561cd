import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { SET_CLOCK, useOwnClock } from '../support/own-clock.ts'
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
/** When the day of a story begins. */
const START = Date.parse('2026-03-01T00:00:00Z')

const RECEIVE = `select public.receive_message(
  p_provider_message_id => $1, p_from => $2, p_to => $3, p_customer => $2, p_body => upper($4), p_media => '[]',
  p_segments => 1, p_request_id => 'test', p_keyword => $4,
  p_sent_at => $5)`

describe('keywords of a customer, in whatever order and by whichever way they come', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    await useOwnClock(url)
  })
  afterAll(() => drop())

  async function aLine() {
    const organizationId = await anOrganization(url)
    const number = aNumber()
    const phoneNumberId = await aPhoneNumber(url, { phone_number: number, status: 'assigned' })
    await aHolding(url, organizationId, phoneNumberId, { is_active: true })
    const longAgo = at(-9 * DAY)
    await sql(url, 'update phone_numbers set created_at = $2, bought_at = $2 where id = $1', [
      phoneNumberId,
      longAgo,
    ])
    await sql(
      url,
      'update organization_phone_numbers set assigned_at = $2 where phone_number_id = $1',
      [phoneNumberId, longAgo],
    )
    const client = new Client({ connectionString: url })
    await client.connect()
    return { organizationId, number, client, [Symbol.asyncDispose]: () => client.end() }
  }
  type Line = Awaited<ReturnType<typeof aLine>>

  /** `now`, `saidAt`: seconds since the beginning; `saidAt` of one that no webhook told of, else null. */
  async function receive(
    line: Line,
    customer: string,
    { keyword, now, saidAt }: { keyword: string; now: number; saidAt: number | null },
  ) {
    await line.client.query(SET_CLOCK, [at(now)])
    const sentAt = saidAt === null ? null : at(saidAt)
    await line.client.query(RECEIVE, [`SM${randomUUID()}`, customer, line.number, keyword, sentAt])
  }

  const isOptedOut = async (line: Line, customer: string) =>
    (
      await sql(url, 'select 1 from opt_outs where organization_id = $1 and phone_number = $2', [
        line.organizationId,
        customer,
      ])
    ).length > 0

  /** Says all of it, with a run of the reader every `everySeconds`; whether the customer is opted out then. */
  async function play(story: Said[], everySeconds: number): Promise<boolean> {
    await using line = await aLine()
    const customer = aNumber()
    for (const [index, { keyword, saidAt, arrivesAt, isCaughtUp }] of arrivals(
      story,
      everySeconds,
    ).entries()) {
      // No two arrive at the same moment.
      const now = arrivesAt + index / 1_000
      await receive(line, customer, { keyword, now, saidAt: isCaughtUp ? saidAt : null })
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
  })

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
  })

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
    await using line = await aLine()
    const customer = aNumber()

    for (const [index, [keyword, age]] of all.entries()) {
      await receive(line, customer, {
        keyword,
        now: DAY + index / 1_000,
        saidAt: age === null ? null : DAY - age,
      })
    }

    expect(await isOptedOut(line, customer)).toBe(expected === 'out')
  })

  test.each([
    ['stop', 'start', 'in'],
    ['start', 'stop', 'out'],
  ])(
    '%s arrives, %s arrives and overtakes it: the customer is opted %s',
    async (earlier, later, expected) => {
      await using line = await aLine()
      const customer = aNumber()
      const overtaken = new Client({ connectionString: url })
      await overtaken.connect()
      onTestFinished(() => overtaken.end())
      // Its transaction, and so its arrival, begins before the other's.
      await overtaken.query(SET_CLOCK, [at(DAY)])
      await overtaken.query('begin')

      await receive(line, customer, { keyword: later, now: DAY + 0.001, saidAt: null })
      await overtaken.query(RECEIVE, [`SM${randomUUID()}`, customer, line.number, earlier, null])
      await overtaken.query('commit')

      expect(await isOptedOut(line, customer)).toBe(expected === 'out')
    },
  )

  test('HELP, or a text that is no keyword: changes nothing', async () => {
    await using line = await aLine()
    const customer = aNumber()
    await receive(line, customer, { keyword: 'stop', now: DAY, saidAt: null })

    await receive(line, customer, { keyword: 'help', now: DAY + 1, saidAt: null })

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

/** So many seconds after the beginning of a story. */
function at(seconds: number): string {
  return new Date(START + seconds * 1_000).toISOString()
}
