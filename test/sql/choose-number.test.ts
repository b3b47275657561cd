import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aClaimedOrder, candidates, type Ledger, openLedger } from '../support/orders.ts'
import { aPhoneNumber } from '../support/rows.ts'

describe('choose_number', () => {
  let url: string
  let store: Ledger
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ url, store, close } = await openLedger(20))
  })
  afterAll(() => close())

  const ordersOf = (count: number) =>
    Promise.all(Array.from({ length: count }, () => aClaimedOrder(url, store)))

  test('twenty orders at once, offered the same twenty numbers, take twenty different ones', async () => {
    const orders = await ordersOf(20)
    const offer = candidates(20)

    const choices = await Promise.all(orders.map((order) => store.choose(order, offer)))

    expect(choices.map((choice) => choice.result)).toEqual(Array(20).fill('chosen'))
    const taken = choices.map((choice) => choice.order.phone?.phone_number)
    expect(new Set(taken)).toEqual(new Set(offer.map((one) => one.phone_number)))
  })

  test('five orders at once, offered three numbers, leave two without any', async () => {
    const orders = await ordersOf(5)
    const offer = candidates(3)

    const choices = await Promise.all(orders.map((order) => store.choose(order, offer)))

    const results = choices.map((choice) => choice.result).sort()
    expect(results).toEqual(['chosen', 'chosen', 'chosen', 'none_free', 'none_free'])
  })

  test('an order, offered numbers nobody has, takes the first and goes on to buy it', async () => {
    const order = await aClaimedOrder(url, store)
    const offer = candidates(50)

    const choice = await store.choose(order, offer)

    expect(choice.order).toMatchObject({
      step: 'buy',
      status: 'running',
      lease_token: order.lease_token,
      phone: { ...offer[0], status: 'purchasing', twilio_phone_sid: null },
    })
  })

  test('an order, offered numbers again and again, takes them in the order of the offer', async () => {
    const order = await aClaimedOrder(url, store)
    const offer = candidates(10)
    const taken: (string | undefined)[] = []

    for (const _ of offer) {
      const choice = await store.choose(order, offer)
      taken.push(choice.order.phone?.phone_number)
      await store.giveUpCandidate(order, 'taken', 'somebody else has it')
    }

    expect(taken).toEqual(offer.map((one) => one.phone_number))
  })

  test('a number, live already, is passed over', async () => {
    const order = await aClaimedOrder(url, store)
    const [held, free] = candidates(2)
    await aPhoneNumber(url, { phone_number: held?.phone_number, status: 'assigned' })

    const choice = await store.choose(
      order,
      [held, free].flatMap((one) => one ?? []),
    )

    expect(choice.order.phone?.phone_number).toBe(free?.phone_number)
  })

  test.each(['released', 'failed'])(
    'a number, %s in the past, can be taken again',
    async (status) => {
      const order = await aClaimedOrder(url, store)
      const offer = candidates(1)
      await aPhoneNumber(url, { phone_number: offer[0]?.phone_number, status })

      expect(await store.choose(order, offer)).toMatchObject({ result: 'chosen' })
    },
  )

  test('a number, that the order gave up before, is not taken by it again', async () => {
    const order = await aClaimedOrder(url, store)
    const offer = candidates(1)
    await store.choose(order, offer)
    await store.giveUpCandidate(order, 'taken', 'somebody else has it')

    expect(await store.choose(order, offer)).toMatchObject({ result: 'none_free' })
  })

  test('an empty offer, chosen from, leaves the order where it is', async () => {
    const order = await aClaimedOrder(url, store)

    const choice = await store.choose(order, [])

    expect(choice).toMatchObject({ result: 'none_free', order: { step: 'choose', phone: null } })
  })
})
