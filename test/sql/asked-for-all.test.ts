import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { plansOf } from '../support/plans.ts'
import { aBusyOrganization } from '../support/rows.ts'

const URL = 'https://here.example'

describe('all, which is asked for by name', () => {
  let url: string
  let drop: () => Promise<void>
  let organizationId: string
  let phoneNumberId: string
  let orderId: string
  let agentId: string
  let contactId: string
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    const busy = await aBusyOrganization(url)
    ;({ organizationId, phoneNumberId, agentId, contactId } = busy)
    await sql(url, "update orgline.deployment set public_url = $1, agent_id = 'a'", [URL])
    await sql(url, "update orgline.deployment set inbound_voice = 'elevenlabs'")
    const [order] = await sql<{ id: string }>(
      url,
      `insert into orgline.number_orders (organization_id, cause, country, step)
       values ($1, 'admin', 'US', 'choose') returning id`,
      [organizationId],
    )
    orderId = order?.id ?? ''
  })
  afterAll(() => drop())
  beforeEach(async () => {
    await sql(
      url,
      `with agents as (update orgline.agents set work_at = now(), status = 'failed'),
         orders as (update orgline.number_orders set next_run_at = now(), lease_until = null)
       update orgline.phone_numbers set sync_due_at = now(), sms_try_at = now(), country = 'US',
         messaging_service_sid = null`,
    )
  })

  const replyOf = async (call: string, ...args: unknown[]) => {
    const [row] = await sql<{ reply: Record<string, unknown> }>(
      url,
      `select public.${call} as reply`,
      args,
    )
    return row?.reply
  }
  const syncing = "1000, 'elevenlabs', 'a', $1"
  const registering = "'MG1', null, 1000, $1"

  test.each([
    ['a number to sync', `claim_number_to_sync(${syncing})`],
    ['a number to register', `claim_number_to_register(${registering})`],
    ['an agent to remove', 'claim_agent_to_remove(1000, $1)'],
  ])('%s, whichever is next, is taken', async (_, call) => {
    expect(await replyOf(call, URL)).toMatchObject({ claim: expect.anything() })
  })

  test.each([
    ['number to sync', `claim_given_number_to_sync($2, ${syncing})`, () => phoneNumberId],
    [
      'organization’s number to sync',
      `claim_organization_number_to_sync($2, ${syncing})`,
      () => organizationId,
    ],
    [
      'organization’s number to register',
      `claim_organization_number_to_register($2, ${registering})`,
      () => organizationId,
    ],
    ['agent to remove', 'claim_given_agent_to_remove($2, 1000, $1)', () => agentId],
  ])('the given %s is taken, and none where none is given', async (_, call, idOf) => {
    expect(await replyOf(call, URL, null)).toMatchObject({ claim: null })
    expect(await replyOf(call, URL, idOf())).toMatchObject({ claim: expect.anything() })
  })

  test('the given order is taken, and none where none is given', async () => {
    expect(await replyOf('claim_order(null, 60, $1)', URL)).toEqual({ status: 'none', order: null })
    expect(await replyOf('claim_order($1, 60, $2)', orderId, URL)).toMatchObject({
      status: 'claimed',
    })
    expect(await replyOf('claim_next_order(60, $1)', URL)).toMatchObject({ status: 'none' })
  })

  test.each([
    ['orders', 'list_orders'],
    ['numbers', 'list_phone_numbers'],
  ])('the %s of one organization are its own, and none where none is given', async (_, list) => {
    const rows = async (call: string, ...args: unknown[]) =>
      Object((await replyOf(call, ...args))?.rows).length
    const ofOne = `${list}_of_organization($1, null, 10, null)`

    expect(await rows(`${list}(null, 10, null)`)).toBeGreaterThan(0)
    expect(await rows(ofOne, organizationId)).toBe(1)
    expect(await rows(ofOne, randomUUID())).toBe(0)
    expect(await rows(ofOne, null)).toBe(0)
  })

  test('what a month cost, of no organization, is nothing', async () => {
    const lines = (of: string | null) =>
      sql(
        url,
        `select from private.usage_lines(
           now() - interval '1 day', now() + interval '1 day',
           '{"number": 1, "segment": 1, "minute": 1, "agentMinute": 1}', $1)`,
        [of],
      )

    expect((await lines(organizationId)).length).toBeGreaterThan(0)
    expect(await lines(null)).toEqual([])
  })

  test('the month of one organization, among many, is found by its index', async () => {
    await muchTraffic(url)
    const plans = await plansOf(url, async (client) => {
      await client.query('select public.organization_usage($1, $2, $3, now(), $4)', [
        OPERATOR,
        organizationId,
        new Date(Date.now() - 3_600_000),
        { number: 1, segment: 1, minute: 1, agentMinute: 1 },
      ])
    })

    const [month = ''] = plans.filter((plan) => plan.includes('from orgline.carrier_charges k\n'))
    expect(month.match(/Index Cond: \(+organization_id = /g)).toHaveLength(4)
    expect(month).not.toContain('Seq Scan')
  })

  test('the calls of one customer, of an organization that has many others, are found by their index', async () => {
    await sql(
      url,
      `insert into orgline.calls (organization_id, organization_phone_number_id, direction, from_number, to_number, status)
       select h.organization_id, h.id, 'inbound', '+1', '+1', 'completed'
       from orgline.organization_phone_numbers h, generate_series(1, 1000) where h.organization_id = $1`,
      [organizationId],
    )
    await sql(url, 'analyze orgline.calls')
    const plans = await plansOf(url, async (client) => {
      await client.query('select private.keep_agent_costs($1)', [contactId])
    })

    const [unreported = ''] = plans.filter((plan) =>
      plan.includes('insert into orgline.carrier_charges'),
    )
    expect(unreported).toMatch(/Index Cond: .*organization_id = .*contact_id = /)
    expect(unreported).not.toContain('Seq Scan')
  })
})

/** Of another organization, all within the hour. */
async function muchTraffic(url: string): Promise<void> {
  const { organizationId, holdingId, contactId } = await aBusyOrganization(url)
  await sql(
    url,
    `with rows as (select n, now() - n * interval '1 second' as at from generate_series(1, 3000) n),
       texts as (
         insert into orgline.messages (organization_id, organization_phone_number_id, contact_id, direction, from_number, to_number, status, created_at)
         select $1, $2, $3, 'inbound', '+1', '+1', 'received', at from rows),
       calls as (
         insert into orgline.calls (organization_id, organization_phone_number_id, contact_id, direction, from_number, to_number, status, created_at)
         select $1, $2, $3, 'inbound', '+1', '+1', 'in-progress', at from rows)
     insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at)
     select 'SM' || n, 'message', $1, 'inbound', at from rows`,
    [organizationId, holdingId, contactId],
  )
  await sql(url, 'analyze orgline.messages, orgline.calls, orgline.carrier_charges')
}
