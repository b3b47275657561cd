import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCustomer, createTurnDeeds, unreachable } from '../support/turns.ts'

describe('a telephone company, that does not tell what it has sent,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  async function aWaitingText() {
    const texted = await deeds.aTextedOrganization()
    await deeds.text(texted.phoneNumber, aCustomer())
    return { ...texted, agentId: `agent_of_${texted.organizationId}` }
  }
  type Waiting = Awaited<ReturnType<typeof aWaitingText>>
  const away = {
    listSent: async () => {
      throw unreachable()
    },
  }
  async function work({ organizationId, agentId }: Waiting, carrier: Partial<typeof away> = {}) {
    await deeds.due(organizationId)
    const server = deeds.aServer({ agentId, ...carrier })
    await server.work()
    return server.asked.length
  }
  async function counted({ organizationId, agentId }: Waiting) {
    const [row] = await sql(
      url,
      `select t.attempts, t.outlay::integer, t.asked_at is not null as is_asked,
         (select sum(asked)::integer from orgline.agent_hours where agent_id = $2) as of_agent,
         (select sum(spend)::integer from orgline.spend_hours) as spend
       from orgline.text_turns t where organization_id = $1`,
      [organizationId, agentId],
    )
    return row
  }

  test('costs no conversation: nothing is counted as long as no agent is asked', async () => {
    const waiting = await aWaitingText()
    const [{ spend } = { spend: 0 }] = await sql<{ spend: number }>(
      url,
      'select coalesce(sum(spend), 0)::integer as spend from orgline.spend_hours',
    )

    const asked = await work(waiting, away)

    expect(asked).toBe(0)
    expect(await counted(waiting)).toEqual({
      attempts: 0,
      outlay: 0,
      is_asked: false,
      of_agent: 0,
      spend,
    })
  })

  test('and then does, has the agent asked, which counts once', async () => {
    const waiting = await aWaitingText()
    await work(waiting, away)
    await work(waiting, away)

    expect(await work(waiting)).toBe(1)
    expect(await counted(waiting)).toMatchObject({ attempts: 1, outlay: 10_000, of_agent: 1 })
    expect(await deeds.turnsOf(waiting.organizationId)).toMatchObject([{ status: 'answered' }])
  })

  test('three times, leaves the text to people', async () => {
    const waiting = await aWaitingText()
    for (let time = 1; time <= 3; time += 1) await work(waiting, away)

    expect(await deeds.turnsOf(waiting.organizationId)).toMatchObject([
      { status: 'failed', reason: 'telephone_company_unreachable', attempts: 0 },
    ])
  })
})
