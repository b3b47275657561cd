import { describe, expect, test } from 'vitest'
import { databaseForTest, sql } from '../support/database.ts'
import { aClaimedOrder, candidates, claimed, ledger } from '../support/orders.ts'
import { openDatabase } from '../support/stand-in.ts'

describe('the daily limit of purchases', () => {
  async function aLedger(purchaseDailyLimit: number) {
    const { url } = await databaseForTest()
    const store = ledger(openDatabase(url, { poolSize: 20 }), { purchaseDailyLimit })
    return { url, store, order: () => aClaimedOrder(url, store) }
  }
  const told = (url: string) =>
    sql(url, 'select type, status, occurrences from public.admin_notifications')

  test('of seven, with twenty orders at once, is kept exactly and told once', async () => {
    const { url, store, order } = await aLedger(7)
    const orders = await Promise.all(Array.from({ length: 20 }, order))

    const choices = await Promise.all(orders.map((one) => store.choose(one, candidates(20))))

    expect(choices.filter((choice) => choice.result === 'chosen')).toHaveLength(7)
    expect(choices.filter((choice) => choice.result === 'limit')).toHaveLength(13)
    expect(await sql(url, 'select from public.phone_numbers')).toHaveLength(7)
    expect(await told(url)).toEqual([
      { type: 'purchase_limit_reached', status: 'pending', occurrences: 13 },
    ])
  })

  test('reached, lets an order wait without its lease and without a failure counted', async () => {
    const { store, order } = await aLedger(0)
    const waiting = await order()

    const choice = await store.choose(waiting, candidates(1))

    expect(choice).toMatchObject({
      result: 'limit',
      order: { step: 'choose', status: 'running', attempts: 0, lease_token: null, phone: null },
    })
    expect(Date.parse(choice.order.next_run_at)).toBeGreaterThan(Date.parse(waiting.next_run_at))
  })

  test('raised, lets the waiting order go on', async () => {
    const { url, store, order } = await aLedger(0)
    const waiting = await order()
    await store.choose(waiting, candidates(1))
    await sql(url, 'update public.number_orders set next_run_at = now()')
    const raised = ledger(openDatabase(url), { purchaseDailyLimit: 1 })

    const choice = await raised.choose(await claimed(raised, waiting.id), candidates(1))

    expect(choice).toMatchObject({ result: 'chosen' })
  })

  test.each([
    ['made more than a day ago', "created_at = now() - interval '25 hours'", 'chosen'],
    ['made within the day', "created_at = now() - interval '23 hours'", 'limit'],
    ['refused by the carrier', "outcome = 'refused'", 'chosen'],
    ['taken by somebody else', "outcome = 'taken'", 'chosen'],
    ['completed', "outcome = 'bought'", 'limit'],
    ['given up unanswered', "outcome = 'abandoned'", 'limit'],
  ])('of one, after a purchase %s, decides rightly', async (_, change, result) => {
    const { url, store, order } = await aLedger(1)
    await store.choose(await order(), candidates(1))
    await sql(url, `update public.number_order_attempts set ${change}`)

    expect(await store.choose(await order(), candidates(1))).toMatchObject({ result })
  })
})
