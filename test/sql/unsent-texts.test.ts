import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCustomer, createTurnDeeds, unreachable } from '../support/turns.ts'

describe('a text of a person, of which the telephone company knows nothing,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  /** A person texts a customer, and nobody hears what became of it. */
  async function unheard() {
    const texted = await deeds.aTextedOrganization()
    const customer = aCustomer()
    const server = deeds.aServer({
      send: async () => {
        throw unreachable()
      },
    })
    const { id } = await server.sendMessage({
      id: randomUUID(),
      actor: OPERATOR,
      organizationId: texted.organizationId,
      to: customer,
      from: null,
      insists: true,
      body: 'I am on my way',
      mediaUrls: [],
      leadId: null,
      requestId: 'test',
    })
    return { ...texted, customer, id }
  }
  const look = (id: string, maxPolls: number) =>
    db.rpc('count_message_poll', { id, maxPolls }, z.object({ status: z.string().nullable() }))
  const spend = async () => {
    const rows = await sql<{ spend: string }>(
      url,
      'select coalesce(sum(spend), 0) as spend from orgline.spend_hours',
    )
    return Number(rows[0]?.spend)
  }

  test('silences agents for as long as it may have been sent, and not any more once it counts as not sent', async () => {
    const { phoneNumber, customer, id } = await unheard()
    await look(id, 9)
    const before = await deeds.text(phoneNumber, customer)

    expect(await look(id, 2)).toEqual({ status: 'failed' })

    expect(before).toBeNull()
    expect(await deeds.text(phoneNumber, customer)).toBeGreaterThan(0)
  })

  test('costs nothing once it counts as not sent', async () => {
    const nothing = await spend()
    const { id } = await unheard()
    const assumed = await spend()

    await look(id, 1)
    await look(id, 1)

    expect([assumed - nothing, await spend()]).toEqual([7_500, nothing])
  })
})
