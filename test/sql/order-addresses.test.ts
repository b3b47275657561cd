import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { sql } from '../support/database.ts'
import {
  aClaimedOrder,
  anOrder,
  aPurchase,
  candidates,
  type Ledger,
  openLedger,
} from '../support/orders.ts'

const HERE = 'https://line.example.com'

describe('an order of a deployment that moves', () => {
  let url: string
  let store: Ledger
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ url, store, close } = await openLedger(2))
  })
  afterAll(() => close())

  const pointAt = (address: string | null) =>
    sql(url, 'update orgline.deployment set public_url = $1', [address])
  const moveAway = () => pointAt('https://new.example.com')
  /** An order of a server that is where numbers point, with its number chosen and asked for. */
  const aBuyingOrder = async () => {
    await pointAt(HERE)
    const order = await aClaimedOrder(url, store)
    await store.choose(order, candidates(1))
    await store.beginBuy(order)
    return order
  }
  const numberOf = async (orderId: string) => {
    const [row] = await sql<{ sync_due_at: Date | null; verified_at: Date | null }>(
      url,
      `select p.sync_due_at, p.verified_at from orgline.phone_numbers p
       join orgline.number_orders n on n.phone_number_id = p.id where n.id = $1`,
      [orderId],
    )
    return row
  }

  test('is worked on by nobody who is not where numbers point, whether it is named or next', async () => {
    await moveAway()
    const orderId = await anOrder(url, store)

    expect(await store.claim(orderId)).toMatchObject({
      status: 'elsewhere',
      order: { lease_token: null },
    })
    expect(await store.claimNext()).toMatchObject({ status: 'elsewhere' })

    await pointAt(HERE)
    expect(await store.claim(orderId)).toMatchObject({ status: 'claimed' })
  })

  test('under way while it moves, does not begin to buy at its old address', async () => {
    await pointAt(HERE)
    const order = await aClaimedOrder(url, store)
    await store.choose(order, candidates(1))
    await moveAway()

    const { first, parked } = await store.beginBuy(order)

    expect({ first, parked }).toMatchObject({ first: false, parked: { lease_token: null } })
  })

  test('with a number bought at the old address, is left to the new one, where that is due', async () => {
    const order = await aBuyingOrder()
    await moveAway()

    expect(await store.recordBought(order, aPurchase())).toMatchObject({
      step: 'import',
      status: 'running',
      lease_token: null,
    })

    expect((await numberOf(order.id))?.sync_due_at).not.toBeNull()
  })

  test('with a number set up for the old address, has it due at the new one, and not verified', async () => {
    const order = await aBuyingOrder()
    await store.recordBought(order, aPurchase())
    await store.recordImported(order, { id: `phnum_${order.id}`, tokenHash: null, made: true })
    await moveAway()

    expect(await store.recordSynced(order, ['twilio'])).toMatchObject({ status: 'done' })

    expect(await numberOf(order.id)).toMatchObject({
      sync_due_at: expect.any(Date),
      verified_at: null,
    })
  })

  test('with a number that a person has imported, is not begun by a server at another address', async () => {
    const order = await aBuyingOrder()
    const { phone } = await store.recordBought(order, aPurchase({ manualImport: true }))
    await moveAway()

    const [row] = await sql<{ begun: unknown }>(
      url,
      "select public.begin_activation($4, $1, $2, 'a token', null, 60, $3) as begun",
      [phone?.phone_number, `phnum_${order.id}`, HERE, OPERATOR],
    )

    expect(row?.begun).toMatchObject({
      order: { step: 'sync', status: 'running', lease_token: null },
    })
  })

  test('at one address all the time, leaves its number verified, and not due', async () => {
    const order = await aBuyingOrder()
    await store.recordBought(order, aPurchase())
    await store.recordImported(order, { id: `phnum_${order.id}`, tokenHash: null, made: true })

    await store.recordSynced(order, ['twilio'])

    expect(await numberOf(order.id)).toMatchObject({
      sync_due_at: null,
      verified_at: expect.any(Date),
    })
  })
})
