import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import {
  aCall,
  aContact,
  aHolding,
  aNumber,
  anOrganization,
  aPhoneNumber,
} from '../support/rows.ts'

const RATES = JSON.stringify({
  number: 1_000_000,
  segment: 7_500,
  minute: 12_500,
  agentMinute: 100_000,
})

/** The months here are of a past year, so that nothing depends on today; October has 31 days. */
const OCTOBER = ['2025-10-01T00:00:00Z', '2025-11-01T00:00:00Z'] as const
const NOVEMBER = ['2025-11-01T00:00:00Z', '2025-12-01T00:00:00Z'] as const
const DECEMBER = ['2025-12-01T00:00:00Z', '2026-01-01T00:00:00Z'] as const

type Month = readonly [from: string, to: string]

describe('what a month costs', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  async function call(name: string, ...args: unknown[]) {
    const places = args.map((_, index) => `$${index + 1}`).join(', ')
    const [row] = await sql<{ reply: unknown }>(
      url,
      `select public.${name}(${places}) as reply`,
      args,
    )
    // biome-ignore lint/suspicious/noExplicitAny: replies of every shape
    return row?.reply as any
  }
  const usageOf = (organizationId: string, [from, to]: Month) =>
    call('organization_usage', OPERATOR, organizationId, from, to, RATES)
  const numbersOf = async (organizationId: string, month: Month) =>
    (await usageOf(organizationId, month)).numbers

  /** The split of one number's charge alone, whatever else the table holds. */
  const sharesOf = (phoneNumberId: string, [from, to]: Month) =>
    sql<{ organization_id: string | null; cost: string }>(
      url,
      'select organization_id, cost from private.number_shares($1, $2, 1000000, array[$3::uuid])',
      [from, to, phoneNumberId],
    )

  const aNumberBought = (boughtAt: string, fields: Record<string, unknown> = {}) =>
    aPhoneNumber(url, { bought_at: boughtAt, ...fields })

  test('a number, held from its purchase on, is its holder’s whole, however late in the month', async () => {
    const holder = await anOrganization(url)
    const number = await aNumberBought('2025-10-30T12:00:00Z')
    await aHolding(url, holder, number, { assigned_at: '2025-10-30T11:59:00Z' })

    expect(await numbersOf(holder, OCTOBER)).toEqual({ held: 1, cost: 1_000_000, estimated: true })
    expect(await numbersOf(holder, NOVEMBER)).toMatchObject({ cost: 1_000_000 })
    expect(await numbersOf(holder, ['2025-09-01T00:00:00Z', OCTOBER[0]])).toMatchObject({
      held: 0,
      cost: 0,
    })
  })

  test('a number, held by two in one month, is split by the seconds; the rest is nobody’s', async () => {
    const [first, second] = [await anOrganization(url), await anOrganization(url)]
    const number = await aNumberBought('2025-09-05T00:00:00Z')
    await aHolding(url, first, number, {
      assigned_at: '2025-09-05T00:00:00Z',
      ended_at: '2025-10-11T00:00:00Z',
    })
    await aHolding(url, second, number, { assigned_at: '2025-10-21T00:00:00Z' })

    // 10, 11 and 10 days of 31; rounding falls to the idle stock.
    expect(await numbersOf(first, OCTOBER)).toMatchObject({ held: 1, cost: 322_580 })
    expect(await numbersOf(second, OCTOBER)).toMatchObject({ held: 1, cost: 354_838 })
    const idle = (await sharesOf(number, OCTOBER)).find(({ organization_id: id }) => id === null)
    expect(Number(idle?.cost)).toBe(1_000_000 - 322_580 - 354_838)
  })

  test('a number, held twice by the same, is one number', async () => {
    const holder = await anOrganization(url)
    const number = await aNumberBought('2025-10-01T00:00:00Z')
    const spans = [
      ['2025-10-01T00:00:00Z', '2025-10-11T12:00:00Z'],
      ['2025-10-21T12:00:00Z', '2025-11-01T00:00:00Z'],
    ]
    for (const [from, to] of spans) {
      await aHolding(url, holder, number, { assigned_at: from, ended_at: to })
    }

    expect(await numbersOf(holder, OCTOBER)).toMatchObject({ held: 1, cost: 677_419 })
  })

  test('a number, released before it is charged for again, costs nothing in that month', async () => {
    const number = await aNumberBought('2025-10-20T00:00:00Z', {
      status: 'released',
      released_at: '2025-12-10T00:00:00Z',
    })
    const costs = async (month: Month) =>
      (await sharesOf(number, month)).map(({ cost }) => Number(cost))

    expect(await costs(OCTOBER)).toEqual([1_000_000])
    expect(await costs(NOVEMBER)).toEqual([1_000_000])
    expect(await costs(DECEMBER)).toEqual([])
  })

  test('a number, bought on a 31st, is charged for on the last day of shorter months', async () => {
    const number = await aNumberBought('2025-10-31T12:00:00Z', {
      status: 'released',
      released_at: '2025-11-30T11:00:00Z',
    })

    expect(await sharesOf(number, OCTOBER)).toHaveLength(1)
    expect(await sharesOf(number, NOVEMBER)).toEqual([])
  })

  test('holdings at random, of random prices, always add up to the charge', async () => {
    const organizations = await Promise.all([1, 2, 3].map(() => anOrganization(url)))
    const start = Date.parse(OCTOBER[0])
    const moments = fc.uniqueArray(fc.integer({ min: 0, max: 2_678_399 }), {
      minLength: 2,
      maxLength: 9,
    })
    await fc.assert(
      fc.asyncProperty(moments, fc.integer({ min: 0, max: 5_000_000 }), async (seconds, price) => {
        const times = seconds
          .toSorted((a, b) => a - b)
          .map((second) => new Date(start + second * 1_000 + (second % 997)).toISOString())
        const number = await aNumberBought(times[0] ?? '', { monthly_cost: price })
        for (let each = 1; each < times.length; each += 2) {
          await aHolding(url, organizations[each % 3] ?? '', number, {
            assigned_at: times[each],
            ...(times[each + 1] && { ended_at: times[each + 1] }),
          })
        }
        const shares = (await sharesOf(number, OCTOBER)).map(({ cost }) => Number(cost))
        expect(shares.reduce((sum, cost) => sum + cost, 0)).toBe(price)
        expect(Math.min(0, ...shares)).toBe(0)
      }),
      { numRuns: 25 },
    )
  })

  test.each([
    ['October', OCTOBER],
    ['November', NOVEMBER],
  ])('all numbers of %s together cost what their shares add up to', async (_, [from, to]) => {
    await aNumberBought(from, { released_at: from, status: 'released' })
    const summed = (source: string) =>
      sql(
        url,
        `select is_idle, is_estimated, sum(cost)::text as cost from (${source}) s
         where cost <> 0 group by 1, 2 order by 1, 2`,
        [from, to],
      )

    expect(
      await summed(
        'select is_idle, is_estimated, cost from private.number_costs_of_all($1, $2, 1000000)',
      ),
    ).toEqual(
      await summed(
        `select organization_id is null as is_idle, is_estimated, cost
         from private.number_shares($1, $2, 1000000, array(select id from orgline.phone_numbers))`,
      ),
    )
  })

  test('the price of numbers, told, fixes what was charged; a later one counts from then on', async () => {
    const holder = await anOrganization(url)
    const number = await aNumberBought('2025-10-01T00:00:00Z', { country: 'NZ' })
    await aHolding(url, holder, number, { assigned_at: '2025-10-01T00:00:00Z' })

    await call('record_number_prices', 'NZ', 1_500_000, null, 100, null)
    await call('record_number_prices', 'NZ', 9_000_000, null, 100, null)

    expect(await numbersOf(holder, NOVEMBER)).toEqual({
      held: 1,
      cost: 1_500_000,
      estimated: false,
    })
    const [row] = await sql(url, 'select monthly_cost from phone_numbers where id = $1', [number])
    expect(Number(row?.monthly_cost)).toBe(9_000_000)
  })

  test('a toll-free number, without a price of that kind, keeps the rate', async () => {
    const holder = await anOrganization(url)
    const number = await aNumberBought('2025-10-01T00:00:00Z', {
      country: 'JM',
      phone_number: '+18885550123',
    })
    await aHolding(url, holder, number, { assigned_at: '2025-10-01T00:00:00Z' })

    await call('record_number_prices', 'JM', 1_500_000, null, 100, null)

    expect(await numbersOf(holder, OCTOBER)).toMatchObject({ cost: 1_000_000, estimated: true })
  })

  const aCharge = (fields: Record<string, unknown>) => ({
    sid: `SM${randomUUID()}`,
    kind: 'message',
    direction: 'inbound',
    our_number: aNumber(),
    happened_at: '2025-10-15T12:00:00Z',
    is_counted: true,
    units: 1,
    price: 7_900,
    parent_sid: null,
    ...fields,
  })
  const record = (...charges: object[]) =>
    call('record_carrier_charges', JSON.stringify(charges), null)

  test('charges, listed again with their prices, count once', async () => {
    const holder = await anOrganization(url)
    const ourNumber = aNumber()
    const number = await aNumberBought('2025-10-01T00:00:00Z', { phone_number: ourNumber })
    await aHolding(url, holder, number, { assigned_at: '2025-10-01T00:00:00Z' })
    const text = aCharge({ our_number: ourNumber, units: 2, price: null })
    const leg = aCharge({ kind: 'call', direction: 'outbound', price: 14_000, is_counted: false })

    await record(text)
    const before = await usageOf(holder, OCTOBER)
    await record(
      { ...text, price: 15_800 },
      aCharge({ kind: 'call', sid: 'CA1', our_number: ourNumber, price: 8_500 }),
    )
    // The leg's numbers are not ours: it is its call's.
    await record({ ...leg, parent_sid: 'CA1' })
    // Once told, a price stays.
    await record(text)

    expect(before.messages).toEqual({
      in: 1,
      out: 0,
      segments: 2,
      cost: 15_000,
      estimated: true,
    })
    expect(await usageOf(holder, OCTOBER)).toMatchObject({
      messages: { in: 1, segments: 2, cost: 15_800, estimated: false },
      calls: { in: 1, out: 0, minutes: 2, cost: 22_500, estimated: false },
      total: 1_000_000 + 15_800 + 22_500,
    })
  })

  test('a leg, listed on one page with its call and before it, is its call’s', async () => {
    const holder = await anOrganization(url)
    const ourNumber = aNumber()
    const number = await aNumberBought('2025-10-01T00:00:00Z', { phone_number: ourNumber })
    await aHolding(url, holder, number, { assigned_at: '2025-10-01T00:00:00Z' })
    const call = aCharge({ kind: 'call', our_number: ourNumber, price: 8_500 })
    const leg = aCharge({ kind: 'call', is_counted: false, price: 14_000, parent_sid: call.sid })

    expect(await record(leg, call)).toEqual({ recorded: 2 })

    expect((await usageOf(holder, OCTOBER)).calls).toMatchObject({ in: 1, cost: 22_500 })
  })

  /** An organization that called, or was called, on its own number: the row, and its report. */
  async function aConversation(fields: Record<string, unknown> = {}) {
    const [holder, ourNumber, customer] = [await anOrganization(url), aNumber(), aNumber()]
    const number = await aNumberBought('2025-10-01T00:00:00Z', { phone_number: ourNumber })
    const holdingId = await aHolding(url, holder, number, { assigned_at: '2025-10-01T00:00:00Z' })
    const contactId = await aContact(url, holder, { phone_number: customer })
    const traffic = { organizationId: holder, holdingId, contactId }
    const id = `conv_${randomUUID()}`
    const isOutbound = fields.direction === 'outbound'
    const row = {
      conversation_id: id,
      from_number: isOutbound ? ourNumber : customer,
      to_number: isOutbound ? customer : ourNumber,
      created_at: '2025-10-15T12:00:00Z',
      ...fields,
    }
    const callId = await aCall(url, traffic, row)
    /** One more between the same two, in the same moment. */
    const again = () => aCall(url, traffic, row)
    const report = (event: object = {}) =>
      call(
        'record_call_event',
        id,
        JSON.stringify({
          outcome: 'ended',
          conversation_id: id,
          direction: 'inbound',
          our_number: ourNumber,
          customer_number: customer,
          customer,
          started_at: '2025-10-15T12:00:00Z',
          duration_seconds: 61,
          cost: null,
          ...event,
        }),
      )
    const agents = async () => {
      const { calls } = await usageOf(holder, OCTOBER)
      return [calls.agent_cost, calls.estimated]
    }
    const erase = () => call('delete_contact', OPERATOR, holder, contactId)
    return { id, callId, report, again, agents, erase }
  }
  /** The carrier has listed all of that time, so nothing of its own is estimated. */
  const listedAll = () => call('record_charges_listed', new Date().toISOString())

  test('what was listed, told of an earlier moment later, stays listed to the latest', async () => {
    await listedAll()
    const before = await sql(url, 'select charges_listed_to from deployment')

    await call('record_charges_listed', '2025-10-15T12:00:00Z')

    expect(await sql(url, 'select charges_listed_to from deployment')).toEqual(before)
  })

  test('a conversation, ended without a cost, is estimated by its minutes until the cost is told', async () => {
    await listedAll()
    const { report, agents } = await aConversation()

    await report()
    expect(await agents()).toEqual([200_000, true])
    await report({ cost: 101_687 })
    expect(await agents()).toEqual([101_687, false])
    await report()
    expect(await agents()).toEqual([101_687, false])
  })

  test('a conversation, whose end nobody told, is estimated as a minute, also in the sum of all', async () => {
    await listedAll()
    const all = async () => call('usage_total', ...OCTOBER, RATES)
    const before = await all()
    const { agents } = await aConversation()

    expect(await agents()).toEqual([100_000, true])
    const after = await all()
    expect(after.total - before.total).toBe(1_100_000)
    expect(after.estimated).toBe(true)
  })

  test('a call that is over, whose end nobody told, is estimated though it has no conversation', async () => {
    await listedAll()
    const { agents } = await aConversation({
      conversation_id: null,
      status: 'failed',
      end_unknown: true,
      failure_reason: 'end_not_reported',
    })

    expect(await agents()).toEqual([100_000, true])
  })

  test('a call that is over, whose end nobody told, erased, stays estimated until its report comes', async () => {
    await listedAll()
    const { callId, report, agents, erase } = await aConversation({
      conversation_id: null,
      status: 'failed',
      end_unknown: true,
      failure_reason: 'end_not_reported',
    })

    await erase()
    expect(await agents()).toEqual([100_000, true])
    await report({ call_id: callId, cost: 101_687 })
    expect(await agents()).toEqual([101_687, false])
  })

  test('two calls, each given up as not dialled, of which a report fits both, cost what that told', async () => {
    await listedAll()
    const { report, again, agents } = await aConversation({
      direction: 'outbound',
      conversation_id: null,
      status: 'failed',
      failure_reason: 'not_dialled',
    })
    await again()

    expect(await report({ direction: 'outbound', cost: 101_687 })).toEqual({ result: 'deferred' })

    expect(await agents()).toEqual([101_687, false])
  })

  test.each([
    ['that never connected', { outcome: 'not_connected', duration_seconds: null }],
    ['that failed at once', { outcome: 'failed', duration_seconds: 0 }],
  ])('a conversation %s, costs nothing, and nothing of it is estimated', async (_, event) => {
    await listedAll()
    const { report, agents } = await aConversation()

    await report(event)

    expect(await agents()).toEqual([0, false])
  })

  test('a call, whose caller heard an apology, has no agent to pay for', async () => {
    await listedAll()
    const { agents } = await aConversation({
      conversation_id: null,
      failure_reason: 'ElevenLabs is away',
    })

    expect(await agents()).toEqual([0, false])
  })

  test('conversations of unknown cost, erased, stay estimated until it is told', async () => {
    await listedAll()
    const [running, ended] = [await aConversation(), await aConversation()]
    await ended.report()

    for (const { erase } of [running, ended]) await erase()
    expect(await running.agents()).toEqual([100_000, true])
    expect(await ended.agents()).toEqual([200_000, true])
    await running.report({ cost: 5_000 })
    expect(await running.agents()).toEqual([5_000, false])
  })

  test('a conversation of unknown cost, is nothing to list the carrier’s charges for', async () => {
    await aConversation().then(({ report }) => report())
    await listedAll()
    await sql(
      url,
      "update carrier_charges set happened_at = now() - interval '5 days' where price is null and kind = 'conversation'",
    )

    const { list_from } = await call('charges_to_list', false)

    expect(Date.parse(list_from)).toBeGreaterThan(Date.now() - 2 * 3_600_000)
  })

  test('charges of numbers that are not ours, or were not yet, are left out', async () => {
    const ourNumber = aNumber()
    await aNumberBought('2025-10-20T00:00:00Z', { phone_number: ourNumber })

    expect(await record(aCharge({}), aCharge({ our_number: ourNumber }))).toEqual({ recorded: 0 })
    expect(
      await record(aCharge({ our_number: ourNumber, happened_at: '2025-10-20T00:00:00Z' })),
    ).toEqual({ recorded: 1 })
  })

  test('charges of a number, made while its purchase was in doubt, are ours', async () => {
    const ourNumber = aNumber()
    await aNumberBought('2025-10-20T00:01:00Z', {
      phone_number: ourNumber,
      created_at: '2025-10-20T00:00:00Z',
    })

    expect(
      await record(aCharge({ our_number: ourNumber, happened_at: '2025-10-20T00:00:30Z' })),
    ).toEqual({ recorded: 1 })
  })

  test('a conversation, on a number that was ours and is another’s, costs us nothing', async () => {
    const ourNumber = aNumber()
    await aNumberBought('2025-10-01T00:00:00Z', {
      phone_number: ourNumber,
      status: 'released',
      released_at: '2025-10-20T00:00:00Z',
    })
    const costs = async (startedAt: string) => {
      const id = `conv_${randomUUID()}`
      const event = {
        conversation_id: id,
        direction: 'inbound',
        our_number: ourNumber,
        customer_number: '+16045550123',
        started_at: startedAt,
        outcome: 'ended',
        cost: 15_003,
      }
      await call('record_call_event', id, JSON.stringify(event))
      const rows = await sql(url, 'select price from carrier_charges where sid = $1', [id])
      return rows.map(({ price }) => Number(price))
    }

    expect(await costs('2025-10-19T23:59:59Z')).toEqual([15_003])
    expect(await costs('2025-10-20T00:00:00Z')).toEqual([])
    expect(await costs('2025-09-30T23:59:58Z')).toEqual([])
  })

  test('a number, handed over within two months, is each month’s holders’ by that month’s seconds', async () => {
    const [first, second] = [await anOrganization(url), await anOrganization(url)]
    const number = await aNumberBought('2025-10-01T00:00:00Z')
    await aHolding(url, first, number, {
      assigned_at: '2025-10-01T00:00:00Z',
      ended_at: '2025-11-01T00:00:01Z',
    })
    await aHolding(url, second, number, { assigned_at: '2025-11-16T00:00:00Z' })

    expect(await numbersOf(first, OCTOBER)).toMatchObject({ held: 1, cost: 1_000_000 })
    expect(await numbersOf(second, OCTOBER)).toMatchObject({ held: 0, cost: 0 })
    // One second of 30 days, and 15 days of them.
    expect(await numbersOf(first, NOVEMBER)).toMatchObject({ held: 1, cost: 0 })
    expect(await numbersOf(second, NOVEMBER)).toMatchObject({ held: 1, cost: 500_000 })
    expect(await numbersOf(first, DECEMBER)).toMatchObject({ held: 0, cost: 0 })
  })

  test('texts and calls, in the last second of a month, are of that month, and later ones are not', async () => {
    const holder = await anOrganization(url)
    const ourNumber = aNumber()
    const number = await aNumberBought('2025-10-01T00:00:00Z', { phone_number: ourNumber })
    await aHolding(url, holder, number, { assigned_at: '2025-10-01T00:00:00Z' })
    const charges = (happened_at: string) =>
      ['message', 'call'].map((kind) => aCharge({ kind, happened_at, our_number: ourNumber }))

    await record(...charges('2025-10-31T23:59:59Z'), ...charges('2025-11-01T00:00:00Z'))

    for (const month of [OCTOBER, NOVEMBER]) {
      expect(await usageOf(holder, month)).toMatchObject({
        messages: { in: 1, cost: 7_900 },
        calls: { in: 1, cost: 7_900 },
      })
    }
  })

  test('a number, whatever makes it ours, is paid for from then on, and one in doubt is not', async () => {
    const boughtAt = async (fields: Record<string, unknown>, change?: string) => {
      const id = await aPhoneNumber(url, fields)
      if (change) await sql(url, 'update phone_numbers set status = $1 where id = $2', [change, id])
      const [row] = await sql(url, 'select bought_at from phone_numbers where id = $1', [id])
      return row?.bought_at
    }

    expect(await boughtAt({ status: 'purchasing' })).toBeNull()
    expect(await boughtAt({ status: 'purchasing' }, 'failed')).toBeNull()
    expect(await boughtAt({ status: 'purchasing' }, 'purchased')).toBeInstanceOf(Date)
    expect(await boughtAt({ status: 'purchased' })).toBeInstanceOf(Date)
  })
})
