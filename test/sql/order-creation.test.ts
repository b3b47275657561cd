import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { sql } from '../support/database.ts'
import { anOrderFor, type Ledger, openLedger } from '../support/orders.ts'
import { anOrganization } from '../support/rows.ts'

describe('an order, created with an id of the caller', () => {
  let url: string
  let store: Ledger
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ url, store, close } = await openLedger(10))
  })
  afterAll(() => close())

  test('ten times at once, is one order', async () => {
    const order = { ...anOrderFor(await anOrganization(url)), id: randomUUID() }

    const ids = await Promise.all(Array.from({ length: 10 }, () => store.create(OPERATOR, order)))

    expect(new Set(ids)).toEqual(new Set([order.id]))
    const made = 'select id from orgline.number_orders where organization_id = $1'
    expect(await sql(url, made, [order.organizationId])).toEqual([{ id: order.id }])
  })

  test('again for another organization, is refused', async () => {
    const id = randomUUID()
    await store.create(OPERATOR, { ...anOrderFor(await anOrganization(url)), id })

    const creating = store.create(OPERATOR, { ...anOrderFor(await anOrganization(url)), id })

    await expect(creating).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  test('for an organization that does not exist, is refused', async () => {
    const creating = store.create(OPERATOR, { ...anOrderFor(randomUUID()), id: randomUUID() })

    await expect(creating).rejects.toMatchObject({ code: 'organization_not_found' })
  })
})
