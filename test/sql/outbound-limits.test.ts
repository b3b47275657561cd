import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import type { SpendingLimits } from '../../src/telephony/spending-limits.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCallRequest, callStoreWith } from '../support/outbound.ts'
import { aHolding, anOrganization, aPhoneNumber } from '../support/rows.ts'

const CUSTOMER = '+16045558123'

describe('the limits of outbound calls', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 20_000, poolSize: 20 }))
  })
  afterAll(() => drop())

  /** An organization that can call, and how it does. */
  async function aCaller(limits: Partial<SpendingLimits>) {
    const id = await anOrganization(url)
    const number = await aPhoneNumber(url, { status: 'assigned', elevenlabs_phone_id: id })
    await aHolding(url, id, number, { is_active: true })
    const calls = callStoreWith(db, limits)
    const dial = (callId: string = randomUUID(), to = CUSTOMER) =>
      calls.beginOutbound(aCallRequest({ id: callId, organizationId: id, to }))
    return { id, calls, dial }
  }
  type Caller = Awaited<ReturnType<typeof aCaller>>

  /** As a call ends. */
  const end = (callId: string, fields: { duration?: number; cost?: number | null; at?: string }) =>
    sql(
      url,
      `update orgline.calls set status = 'completed', poll_at = null, duration_seconds = $2, cost = $3,
         dialled_at = now() - $4::interval where id = $1`,
      [callId, fields.duration ?? 0, fields.cost ?? null, fields.at ?? '0'],
    )
  async function called(caller: Caller, fields: Parameters<typeof end>[1]) {
    const { call } = await caller.dial()
    await end(call.id, fields)
    return call.id
  }
  const outcomeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'dialled',
      (error) => error.code as string,
    )
  const countOf = (organizationId: string) =>
    sql(url, 'select from orgline.calls where organization_id = $1', [organizationId])

  test.each([
    ['calls in a day', { dailyCalls: 10 }, 'daily_calls_reached'],
    ['calls at the same time', { concurrency: 10 }, 'too_many_calls'],
    ['minutes in a day', { dailyMinutes: 10 }, 'daily_minutes_reached'],
    ['spend in a day', { dailySpend: 1_000_000 }, 'daily_spend_reached'],
  ])('of ten %s, asked for fifty at once, let exactly ten through', async (_sort, limits, code) => {
    const [caller, other] = [await aCaller(limits), await aCaller(limits)]

    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(caller.dial())))

    expect(outcomes.filter((outcome) => outcome === 'dialled')).toHaveLength(10)
    expect(outcomes.filter((outcome) => outcome === code)).toHaveLength(40)
    expect(await countOf(caller.id)).toHaveLength(10)
    expect(await outcomeOf(other.dial())).toBe('dialled')
  })

  test('of one, with the same call asked for fifty times at once, count it once', async () => {
    const caller = await aCaller({ dailyCalls: 2, concurrency: 2 })
    const id = randomUUID()

    const begun = await Promise.all(Array.from({ length: 50 }, () => caller.dial(id)))

    expect(begun.filter(({ dial }) => dial)).toHaveLength(1)
    expect(await outcomeOf(caller.dial())).toBe('dialled')
    expect(await outcomeOf(caller.dial())).toBe('too_many_calls')
    expect((await caller.dial(id)).dial).toBe(false)
  })

  test('reached, count a call that was not dialled only once it is to be dialled again', async () => {
    const caller = await aCaller({ dailyCalls: 1 })
    const refused = randomUUID()
    await caller.dial(refused)
    await caller.calls.recordRefused(refused, 'busy line')
    await sql(
      url,
      "update orgline.calls set dialled_at = now() - interval '2 days' where id = $1",
      [refused],
    )

    const again = [await caller.dial(refused), await outcomeOf(caller.dial())]
    await caller.calls.recordRefused(refused, 'busy line')
    const next = [await outcomeOf(caller.dial()), await outcomeOf(caller.dial(refused))]

    expect(again).toMatchObject([{ dial: true }, 'daily_calls_reached'])
    expect(next).toEqual(['dialled', 'daily_calls_reached'])
  })

  test.each([
    ['calls, made 25 hours ago', { dailyCalls: 1 }, { at: '25 hours' }, 'dialled'],
    ['calls, made 23 hours ago', { dailyCalls: 1 }, { at: '23 hours' }, 'daily_calls_reached'],
    ['minutes, with one begun', { dailyMinutes: 2 }, { duration: 61 }, 'daily_minutes_reached'],
    ['minutes, with one full', { dailyMinutes: 2 }, { duration: 60 }, 'dialled'],
    ['minutes, not answered', { dailyMinutes: 1 }, { duration: 0 }, 'dialled'],
    ['spend, told', { dailySpend: 900 }, { duration: 60, cost: 899 }, 'dialled'],
    ['spend, told in full', { dailySpend: 900 }, { cost: 900 }, 'daily_spend_reached'],
    ['spend, estimated', { dailySpend: 200_001 }, { duration: 120 }, 'dialled'],
    ['spend, estimated in full', { dailySpend: 200_000 }, { duration: 90 }, 'daily_spend_reached'],
  ])('of %s, decide rightly after one call', async (_sort, limits, fields, expected) => {
    const caller = await aCaller(limits)
    await called(caller, fields)

    expect(await outcomeOf(caller.dial())).toBe(expected)
  })

  test('of minutes, with a call that goes on, count until now', async () => {
    const caller = await aCaller({ dailyMinutes: 5 })
    const { call } = await caller.dial()
    const ago = (minutes: number) =>
      sql(
        url,
        `update orgline.calls set dialled_at = now() - $2 * interval '1 minute' where id = $1`,
        [call.id, minutes],
      )

    await ago(3.5)
    const early = await outcomeOf(caller.dial())
    await sql(url, 'delete from orgline.calls where organization_id = $1 and id <> $2', [
      caller.id,
      call.id,
    ])
    await ago(4.5)

    expect([early, await outcomeOf(caller.dial())]).toEqual(['dialled', 'daily_minutes_reached'])
  })

  test('of calls at the same time, have room when one ends, or nobody looks for its end any more', async () => {
    const caller = await aCaller({ concurrency: 1 })
    await called(caller, {})
    const { call } = await caller.dial()
    await caller.calls.recordDialed(call.id, { conversationId: randomUUID(), providerCallId: null })

    const during = await outcomeOf(caller.dial())
    await caller.calls.stopPolling(call.id, { isFound: true })

    expect([during, await outcomeOf(caller.dial())]).toEqual(['too_many_calls', 'dialled'])
  })

  test('of minutes, with a call whose end nobody told, count one', async () => {
    const caller = await aCaller({ dailyMinutes: 2 })
    for (const expected of ['dialled', 'daily_minutes_reached']) {
      const { call } = await caller.dial()
      await caller.calls.recordDialed(call.id, { conversationId: null, providerCallId: null })
      await caller.calls.stopPolling(call.id, { isFound: false })

      expect((await caller.dial(call.id)).dial).toBe(false)
      expect(await outcomeOf(caller.dial())).toBe(expected)
      await sql(
        url,
        "delete from orgline.calls where organization_id = $1 and status <> 'failed'",
        [caller.id],
      )
    }
  })

  test('reached, tell how much it is, when there is room again, and who can change it', async () => {
    const caller = await aCaller({ dailyMinutes: 10 })
    await called(caller, { duration: 240, at: '20 hours' })
    await called(caller, { duration: 240, at: '10 hours' })
    await called(caller, { duration: 360, at: '5 hours' })

    const error = await caller.dial().catch((thrown) => thrown)

    // 14 minutes; without the first call there are still 10, without the second 6.
    expect(error.retryAfterSeconds).toBeGreaterThan(14 * 3_600 - 60)
    expect(error.retryAfterSeconds).toBeLessThanOrEqual(14 * 3_600 + 1)
    expect(error.message).toMatch(/called for 14 minutes in the last 24 hours, and may for 10: /)
    expect(error.message).toMatch(/possible at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; the operators/)
    expect(error.message).toMatch(/outbound_limits\.daily_minutes .*OUTBOUND_DAILY_MINUTES/)
  })

  test('of nothing, let nothing through and name no time', async () => {
    const zero = { concurrency: 0, dailyCalls: 0, dailyMinutes: 0, dailySpend: 0 }
    const codes = []
    for (const name of Object.keys(zero)) {
      const caller = await aCaller({ [name]: 0 })
      const error = await caller.dial().catch((thrown) => thrown)
      expect(error.message).toContain('none is possible with this limit')
      codes.push(error.code)
    }

    expect(codes).toEqual([
      'too_many_calls',
      'daily_calls_reached',
      'daily_minutes_reached',
      'daily_spend_reached',
    ])
  })

  test('of one organization, set by operators, hold for it and in both directions', async () => {
    const [more, less] = [await aCaller({ dailyCalls: 1 }), await aCaller({ dailyCalls: 9 })]
    const set = (id: string, limit: number) =>
      sql(url, 'update orgline.organizations set settings = $2 where id = $1', [
        id,
        { outbound_limits: { daily_calls: limit } },
      ])
    await set(more.id, 2)
    await set(less.id, 0)

    const outcomes = [
      await outcomeOf(more.dial()),
      await outcomeOf(more.dial()),
      await outcomeOf(more.dial()),
      await outcomeOf(less.dial()),
    ]

    expect(outcomes).toEqual(['dialled', 'dialled', 'daily_calls_reached', 'daily_calls_reached'])
  })

  test('reached, still count the calls of a customer who is erased', async () => {
    const caller = await aCaller({ dailyCalls: 1 })
    await called(caller, { duration: 61, cost: 5 })
    const [contact] = await sql<{ id: string }>(
      url,
      'select id from orgline.contacts where organization_id = $1',
      [caller.id],
    )
    await sql(url, 'select public.delete_contact($1, $2, $3)', [OPERATOR, caller.id, contact?.id])

    expect(await countOf(caller.id)).toEqual([])
    expect(await outcomeOf(caller.dial())).toBe('daily_calls_reached')
    expect(
      await sql(url, 'select minutes, cost from orgline.erased_dials where organization_id = $1', [
        caller.id,
      ]),
    ).toEqual([{ minutes: 2, cost: '5' }])
  })

  test('of an account, take a call at its longest while it goes on, and for what it was once it is over', async () => {
    const caller = await aCaller({})
    const outlay = (id: string) => sql(url, 'select outlay from orgline.calls where id = $1', [id])
    const [ended, refused] = [(await caller.dial()).call.id, (await caller.dial()).call.id]
    const before = [await outlay(ended), await outlay(refused)]

    await end(ended, { duration: 61, cost: 5 })
    await sql(url, 'select private.finalize_outlays(array[$1::uuid])', [ended])
    await sql(url, 'select private.finalize_outlays(array[$1::uuid])', [ended])
    await caller.calls.recordRefused(refused, 'busy line')

    expect(before).toEqual([[{ outlay: '1125000' }], [{ outlay: '1125000' }]])
    expect([await outlay(ended), await outlay(refused)]).toEqual([
      [{ outlay: '225000' }],
      [{ outlay: '0' }],
    ])
  })
})
