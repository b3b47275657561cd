import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCustomer, createTurnDeeds } from '../support/turns.ts'

describe('a text for an agent that has no room for texts yet,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  async function aText(agent: object) {
    const { organizationId, phoneNumber } = await deeds.aTextedOrganization({
      replies: 0,
      ...agent,
    })
    await deeds.text(phoneNumber, aCustomer())
    return organizationId
  }
  async function became(organizationId: string) {
    await deeds.due(organizationId)
    await deeds.aServer().work()
    const [turn] = await deeds.turnsOf(organizationId)
    return turn?.reason ?? turn?.status
  }
  const coming = { replies_at: new Date() }

  test.each([
    ['is due to get some', coming],
    ['is being given some', { changes: { replies: 500 }, change_at: new Date() }],
  ])('but %s, waits for that', async (_how, agent) => {
    const organizationId = await aText(agent)
    const before = await became(organizationId)

    await sql(
      url,
      `update orgline.agents set replies = 500, replies_at = null, changes = null, change_at = null where organization_id = $1`,
      [organizationId],
    )

    expect([before, await became(organizationId)]).toEqual(['waiting', 'answered'])
  })

  test.each([
    ['gets none', {}],
    ['is tried again tomorrow', { replies_at: new Date(Date.now() + 86_400_000) }],
  ])('and %s, is left to people at once', async (_how, agent) => {
    expect(await became(await aText(agent))).toBe('replies_of_agent')
  })

  test('nor within ten minutes, is left to people then', async () => {
    const organizationId = await aText(coming)
    await became(organizationId)
    await deeds.longAgo(organizationId, 11)

    expect(await became(organizationId)).toBe('reply_too_late')
  })
})
