import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import {
  aClaimedOrder,
  candidates,
  claimed,
  type Ledger,
  ledger,
  openLedger,
} from '../support/orders.ts'
import { anAgent, anOrganization } from '../support/rows.ts'
import { openDatabase } from '../support/stand-in.ts'

describe('the daily limit of purchases', () => {
  async function aLedger(purchaseDailyLimit: number) {
    const { url } = await databaseForTest()
    const store = ledger(openDatabase(url, { poolSize: 20 }), { purchaseDailyLimit })
    return { url, store, order: () => aClaimedOrder(url, store) }
  }
  const reported = (url: string) =>
    sql(
      url,
      `select type, status, occurrences from orgline.admin_notifications
       where type = 'purchase_limit_reached' order by created_at`,
    )

  test('of seven, with twenty orders at once, is kept exactly and told once', async () => {
    const { url, store, order } = await aLedger(7)
    const orders = await Promise.all(Array.from({ length: 20 }, order))

    const choices = await Promise.all(orders.map((one) => store.choose(one, candidates(20))))

    expect(choices.filter((choice) => choice.result === 'chosen')).toHaveLength(7)
    expect(choices.filter((choice) => choice.result === 'limit')).toHaveLength(13)
    expect(await sql(url, 'select from orgline.phone_numbers')).toHaveLength(7)
    expect(await reported(url)).toEqual([
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
    await sql(url, 'update orgline.number_orders set next_run_at = now()')
    const raised = ledger(openDatabase(url), { purchaseDailyLimit: 1 })

    const choice = await raised.choose(await claimed(raised, waiting.id), candidates(1))

    expect(choice).toMatchObject({ result: 'chosen' })
  })

  test('reached, is told until no order waits for it, and told anew when it is reached anew', async () => {
    const { url, store, order } = await aLedger(1)
    const aDayPasses = () =>
      sql(
        url,
        `update orgline.number_order_attempts set created_at = created_at - interval '1 day', buy_started_at = buy_started_at - interval '1 day'`,
      )
    const goOn = async (id: string) => {
      await sql(url, 'update orgline.number_orders set next_run_at = now() where id = $1', [id])
      return store.choose(await claimed(store, id), candidates(1))
    }
    await store.choose(await order(), candidates(1))
    const [first, second] = [await order(), await order()]
    for (const one of [first, second]) await store.choose(one, candidates(1))

    await aDayPasses()
    expect(await goOn(first.id)).toMatchObject({ result: 'chosen' })
    expect(await reported(url)).toMatchObject([{ status: 'pending' }])
    await aDayPasses()
    expect(await goOn(second.id)).toMatchObject({ result: 'chosen' })

    expect(await reported(url)).toMatchObject([{ status: 'resolved' }])
    await store.choose(await order(), candidates(1))
    expect(await reported(url)).toMatchObject([
      { status: 'resolved' },
      { status: 'pending', occurrences: 1 },
    ])
  })

  test('of one budget used up, keeps no order of another waiting, and each is told for itself', async () => {
    const { url } = await databaseForTest()
    const store = ledger(openDatabase(url), { first: 1, further: 0, operators: 0 })
    const order = async (budget: string) => {
      const one = await aClaimedOrder(url, store)
      await sql(url, 'update orgline.number_orders set budget = $2 where id = $1', [one.id, budget])
      return (await store.choose(one, candidates(1))).result
    }

    const results = [
      await order('operators'),
      await order('further'),
      await order('first'),
      await order('first'),
    ]

    expect(results).toEqual(['limit', 'limit', 'chosen', 'limit'])
    expect(
      await sql(
        url,
        `select subject from orgline.admin_notifications where type = 'purchase_limit_reached' order by subject`,
      ),
    ).toEqual([
      { subject: 'purchases:first' },
      { subject: 'purchases:further' },
      { subject: 'purchases:operators' },
    ])
  })

  test('half used up, is told once, with the setting to raise', async () => {
    const { url, store, order } = await aLedger(4)
    const half = () =>
      sql(
        url,
        `select subject, facts, occurrences from orgline.admin_notifications where type = 'budget_half_spent'`,
      )

    await store.choose(await order(), candidates(1))
    const before = await half()
    for (const one of [await order(), await order(), await order()])
      await store.choose(one, candidates(1))

    expect(before).toEqual([])
    expect(await half()).toEqual([
      {
        subject: 'purchases:operators',
        occurrences: 1,
        facts: { cause: 'purchases', budget: 'operators', count: 2, limit: 4 },
      },
    ])
  })

  test('due at the same time, a first number is worked on before others', async () => {
    const { url, store, order } = await aLedger(10)
    const [, first] = [await order(), await order()]
    await sql(
      url,
      "update orgline.number_orders set lease_token = null, lease_until = null, next_run_at = now() - interval '1 minute'",
    )
    await sql(
      url,
      "update orgline.number_orders set budget = 'first', next_run_at = now() where id = $1",
      [first.id],
    )

    const { order: next } = await store.claimNext()

    expect(next?.id).toBe(first.id)
  })

  test('waited for by one order, which is canceled, is told no more', async () => {
    const { url, store, order } = await aLedger(0)
    const waiting = await order()
    await store.choose(waiting, candidates(1))

    await store.cancel(OPERATOR, waiting.id)

    expect(await reported(url)).toMatchObject([{ status: 'resolved' }])
  })

  test('used up since a number was chosen, has its purchase wait, and counts it on the day it is bought', async () => {
    const { url, store, order } = await aLedger(1)
    const early = await order()
    await store.choose(early, candidates(1))
    await sql(
      url,
      "update orgline.number_order_attempts set created_at = now() - interval '25 hours'",
    )
    const late = await order()
    await store.choose(late, candidates(1))
    await store.beginBuy(late)

    const refused = await store.beginBuy(early)

    expect(refused).toMatchObject({
      first: false,
      parked: { step: 'buy', status: 'running', lease_token: null, purchase_in_doubt: false },
    })
    await sql(
      url,
      "update orgline.number_order_attempts set created_at = now() - interval '25 hours'",
    )
    await sql(url, 'update orgline.number_orders set next_run_at = now()')
    expect(await store.beginBuy(await claimed(store, early.id))).toMatchObject({ parked: {} })
    await sql(
      url,
      "update orgline.number_order_attempts set buy_started_at = now() - interval '25 hours' where order_id = $1",
      [late.id],
    )
    await sql(url, 'update orgline.number_orders set next_run_at = now()')
    expect(await store.beginBuy(await claimed(store, early.id))).toEqual({
      first: true,
      parked: null,
      ask_elevenlabs: true,
    })
    expect(await reported(url)).toMatchObject([{ status: 'resolved' }])
    expect(await store.choose(await order(), candidates(1))).toMatchObject({ result: 'limit' })
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
    await sql(url, `update orgline.number_order_attempts set ${change}`)

    expect(await store.choose(await order(), candidates(1))).toMatchObject({ result })
  })

  describe('while one counts, and two come after it', () => {
    let url: string
    let store: Ledger
    let close: () => Promise<void>
    beforeAll(async () => {
      ;({ url, store, close } = await openLedger(5))
    })
    afterAll(() => close())

    /** Both wait for the limit, or for each other, in this sequence, before they can go on. */
    async function oneAfterTheOther(first: () => Promise<unknown>, second: () => Promise<unknown>) {
      const counting = new Client({ connectionString: url })
      await counting.connect()
      onTestFinished(() => counting.end())
      await counting.query('begin; select private.lock_purchase_limit()')
      const results: Promise<unknown>[] = []
      for (const begin of [first, second]) {
        results.push(begin())
        await expect
          .poll(() => sql(url, LOCK_WAITERS), { interval: 5 })
          .toHaveLength(results.length)
      }
      await counting.query('commit')
      return Promise.allSettled(results)
    }
    /** The id at ElevenLabs of a new agent. */
    const agentOf = async (organizationId: string) => {
      const [row] = await sql<{ id: string }>(
        url,
        'select elevenlabs_agent_id as id from orgline.agents where id = $1',
        [await anAgent(url, organizationId)],
      )
      return row?.id ?? ''
    }
    /** Orders at their beginning, in the sequence of their ids. */
    const ordersOf = async (agentId: string, count: number, status = 'running') => {
      const rows = await sql<{ id: string }>(
        url,
        `insert into orgline.number_orders (organization_id, agent_id, cause, country, status)
         select organization_id, elevenlabs_agent_id, 'organization', 'CA', $3
         from orgline.agents, generate_series(1, $2) where elevenlabs_agent_id = $1 returning id`,
        [agentId, count, status],
      )
      return rows.map(({ id }) => id).sort()
    }

    test('a choice of a number and the end of the order that has it, do not lock each other out', async () => {
      const offered = candidates(1)
      const [one, other] = [await aClaimedOrder(url, store), await aClaimedOrder(url, store)]
      await store.choose(one, offered)
      await store.release(one)

      const results = await oneAfterTheOther(
        () => store.choose(other, offered),
        () => store.cancel(OPERATOR, one.id),
      )

      expect(results).toMatchObject([
        { value: { result: 'none_free' } },
        { value: { status: 'canceled' } },
      ])
    })

    test('the end of many orders of an agent and a choice for one of them, do not lock each other out', async () => {
      const agentId = await agentOf(await anOrganization(url))
      const ids = await ordersOf(agentId, 12)
      const last = await claimed(store, ids.at(-1) ?? '')
      await sql(url, 'update orgline.number_orders set lease_until = now() where id = $1', [
        last.id,
      ])

      const results = await oneAfterTheOther(
        () =>
          sql(url, 'select public.quarantine_agent_phone_number($2, $1, 14)', [agentId, OPERATOR]),
        () => store.choose(last, candidates(1)),
      )

      expect(results).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'lease_lost' } }])
    })

    test('the deletion of an agent and a number for another of the same organization, do not lock each other out', async () => {
      const organizationId = await anOrganization(url)
      const [gone, wanting] = [await agentOf(organizationId), await agentOf(organizationId)]
      await ordersOf(gone, 1)
      await ordersOf(wanting, 1, 'needs_attention')

      const results = await oneAfterTheOther(
        () => sql(url, 'select public.delete_agent($2, $1, 14)', [gone, OPERATOR]),
        () =>
          sql(
            url,
            `select public.add_agent_phone_number($1, $3, $2, 'CA', '604', 'BC', 10, null) as got`,
            [randomUUID(), wanting, OPERATOR],
          ),
      )

      expect(results).toMatchObject([
        { status: 'fulfilled' },
        { value: [{ got: { order_id: expect.any(String) } }] },
      ])
    })
  })
})
