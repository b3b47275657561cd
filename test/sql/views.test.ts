import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { aHolding, aMember, anAgent, anOrganization, aPhoneNumber } from '../support/rows.ts'
import { denied, signedIn, sqlAs } from '../support/sql-role.ts'

describe('the views of the seeds’ names', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  const numbers = [
    { status: 'purchasing', shown: 'pending' },
    { status: 'purchased', shown: 'pending' },
    { status: 'imported', shown: 'pending' },
    { status: 'configured', shown: 'pending' },
    { status: 'assigned', shown: 'active' },
    { status: 'quarantined', shown: 'inactive', release_at: new Date() },
    { status: 'released', shown: 'released' },
  ]
  test.each(numbers)('a number, $status, is $shown', async ({ shown, ...fields }) => {
    const id = await aPhoneNumber(url, { ...fields, monthly_cost: 1_150_000, country: 'US' })

    const rows = await sql(
      url,
      'select status, monthly_cost, country_code, organization_id from public.phone_numbers where id = $1',
      [id],
    )

    expect(rows).toEqual([
      { status: shown, monthly_cost: '1.15', country_code: 'US', organization_id: null },
    ])
  })

  test('a number that was never bought, is in none of them', async () => {
    const id = await aPhoneNumber(url, { status: 'failed' })

    expect(await sql(url, 'select from public.phone_numbers where id = $1', [id])).toEqual([])
    expect(await sql(url, 'select from public.phone_number_pool where id = $1', [id])).toEqual([])
  })

  test('a number that was given up, is its organization’s no more', async () => {
    const organizationId = await anOrganization(url)
    const phoneNumberId = await aPhoneNumber(url)
    const kept = await aHolding(url, organizationId, await aPhoneNumber(url))
    await aHolding(url, organizationId, phoneNumberId, { ended_at: new Date() })

    const rows = await sql(
      url,
      'select id from public.organization_phone_numbers where organization_id = $1',
      [organizationId],
    )

    expect(rows).toEqual([{ id: kept }])
  })

  const synced = { agent: 'an agent with a number', due: null, shown: 'active' }
  const unsynced = {
    agent: 'an agent whose number is not synced',
    due: new Date(),
    shown: 'pending',
  }
  test.each([synced, unsynced])('$agent, read by a member, has it as $shown', async (one) => {
    const organizationId = await anOrganization(url)
    const userId = await aMember(url, organizationId)
    const id = await anAgent(url, organizationId)
    const [agent] = await sql<{ name: string }>(
      url,
      'select elevenlabs_agent_id as name from orgline.agents where id = $1',
      [id],
    )
    const fields = { status: 'assigned', agent_id: agent?.name, sync_due_at: one.due }
    await aHolding(url, organizationId, await aPhoneNumber(url, fields))

    const rows = await sqlAs(
      url,
      signedIn(userId),
      'select agent_id, agent_name, phone_number_provider, phone_number_status from public.agents',
    )

    expect(rows).toEqual([
      {
        agent_id: agent?.name,
        agent_name: 'Mia',
        phone_number_provider: 'twilio',
        phone_number_status: one.shown,
      },
    ])
  })

  test('the pool, of numbers that wait and numbers that are held, has those that wait', async () => {
    const waiting = await aPhoneNumber(url, { status: 'purchased', area_code: '604' })
    const held = await aPhoneNumber(url, { status: 'purchased', area_code: '604' })
    await aHolding(url, await anOrganization(url), held)

    const rows = await sql(
      url,
      "select id, status from public.phone_number_pool where area_code = '604'",
    )

    expect(rows).toEqual([{ id: waiting, status: 'purchased' }])
  })

  test.each(['organizations', 'organization_phone_numbers', 'agents', 'phone_numbers'])(
    '%s, written to by a member, stays as it is',
    async (view) => {
      const userId = await aMember(url, await anOrganization(url))

      const writing = sqlAs(url, signedIn(userId), `delete from public.${view}`)

      await expect(writing).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|55000)$/),
      })
    },
  )

  test.each(['phone_number_pool', 'admin_notifications'])(
    '%s, read by a member, is refused',
    async (view) => {
      const userId = await aMember(url, await anOrganization(url))

      const reading = sqlAs(url, signedIn(userId), `select * from public.${view}`)

      await expect(reading).rejects.toMatchObject(denied)
    },
  )
})
