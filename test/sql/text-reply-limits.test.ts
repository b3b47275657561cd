import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { createTurnStore } from '../../src/messages/replies/turn-store.ts'
import type { SpendingLimits } from '../../src/telephony/spending-limits.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { noLimits } from '../support/outbound.ts'
import { aHolding, aNumber, anAgent, anOrganization, aPhoneNumber } from '../support/rows.ts'

const SHARED = 'agent_shared'

describe('turns of texts, that many servers claim at the same moment,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 20 }))
  })
  afterAll(() => drop())

  /** An organization that has so many customers who wait for an answer; of an agent of its own, with room for so many. */
  async function withTurns(count: number, replies?: number) {
    const id = await anOrganization(url)
    const agentId = replies === undefined ? null : `agent_of_${id}`
    if (agentId) await anAgent(url, id, { elevenlabs_agent_id: agentId, replies })
    await sql(
      url,
      `update orgline.organizations set settings = '{"text_replies": "agent"}' where id = $1`,
      [id],
    )
    const number = await aPhoneNumber(url, {
      status: 'assigned',
      sms_status: 'ready',
      agent_id: agentId,
      elevenlabs_phone_id: id,
    })
    const holding = await aHolding(url, id, number, { is_active: true })
    for (let i = 0; i < count; i += 1)
      await sql(
        url,
        `with customer as (
           insert into orgline.contacts (organization_id, phone_number) values ($1, $3) returning id)
         insert into orgline.text_turns (organization_id, contact_id, organization_phone_number_id, our_number, customer, due_at, is_due)
         select $1, id, $2, '+16045550100', $3, clock_timestamp(), true from customer`,
        [id, holding, aNumber()],
      )
    return id
  }

  /** So many servers work on what is due, until nothing is left of these organizations. */
  async function claimAll(ids: string[], limits: Partial<SpendingLimits>, agentId = SHARED) {
    const server = () =>
      createTurnStore(db, {
        agentId,
        // No test waits for one to run out.
        leaseMs: 3_600_000,
        publicUrl: 'https://here.example',
        spending: { ...noLimits, ...limits },
      })
    const isLeft = () =>
      sql(
        url,
        `select from orgline.text_turns where organization_id = any ($1) and status = 'waiting'`,
        [ids],
      )
    while ((await isLeft()).length > 0)
      await Promise.all(Array.from({ length: 12 }, () => server().claim(null, [])))
  }
  const became = async (ids: string[]) => {
    const rows = await sql<{ became: string; count: string }>(
      url,
      `select coalesce(reason, status) as became, count(*) from orgline.text_turns
       where organization_id = any ($1) group by 1`,
      [ids],
    )
    return Object.fromEntries(rows.map(({ became: what, count }) => [what, Number(count)]))
  }

  test('ask an organization’s agents no more often than its day allows', async () => {
    const id = await withTurns(20)

    await claimAll([id], { dailyReplies: 7 })

    expect(await became([id])).toEqual({ asking: 7, replies_in_a_day: 13 })
  })

  test('ask the agent for everybody no more often than texts of all organizations may', async () => {
    const ids = [await withTurns(10), await withTurns(10), await withTurns(10)]

    await claimAll(ids, { sharedReplies: 9 }, 'agent_all')

    expect(await became(ids)).toEqual({ asking: 9, replies_of_shared_agent: 21 })
  })

  test('ask an agent of the organization’s own no more often than its limit leaves room beside calls', async () => {
    const id = await withTurns(12, 5)

    await claimAll([id], { dailyReplies: 100 })

    expect(await became([id])).toEqual({ asking: 5, replies_of_agent: 7 })
  })

  test.each([
    ['the organization may send none any more', { dailySegments: 0 }, 'daily_texts_reached'],
    ['the customer may get none any more', { customerDailySegments: 0 }, 'customer_texts_reached'],
  ])('ask no agent for texts where %s', async (_where, limits, reason) => {
    const id = await withTurns(2)

    await claimAll([id], limits)

    expect(await became([id])).toEqual({ [reason]: 2 })
    expect(
      await sql(
        url,
        'select attempts, outlay::integer from orgline.text_turns where organization_id = $1',
        [id],
      ),
    ).toEqual([
      { attempts: 0, outlay: 0 },
      { attempts: 0, outlay: 0 },
    ])
  })

  test('spend no more together than the organization may, nor than all may', async () => {
    const id = await withTurns(12)
    await claimAll([id], { dailySpend: 400, replyCost: 100 })
    await sql(url, 'delete from orgline.spend_hours')
    const ids = [await withTurns(8), await withTurns(8)]
    await claimAll(ids, { deploymentDailySpend: 500, replyCost: 100 })

    expect(await became([id])).toEqual({ asking: 4, daily_spend_reached: 8 })
    expect(await became(ids)).toEqual({ asking: 5, deployment_spend_reached: 11 })
  })

  test('of a new account, spend no more together than that may', async () => {
    const id = await withTurns(10)

    await claimAll([id], {
      newDays: 7,
      newPercent: 100,
      accountDailySpend: 1_000_250,
      replyCost: 100,
    })

    // A dollar is its number's.
    expect(await became([id])).toEqual({ asking: 2, account_spend_reached: 8 })
  })
})
