import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, assign, buyAtTwilio, enter } from '../support/manual.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, control, fault, request, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('assigning a number', () => {
  let world: World
  /** Where a person imports, so that numbers stay at their import. */
  let manual: World
  beforeAll(async () => {
    ;[world, manual] = await Promise.all([
      startWorld(),
      startWorld({ settings: { ELEVENLABS_IMPORT: 'manual' } }),
    ])
  })
  afterAll(async () => {
    await stopWithCleanLogs(world)
    await stopWithCleanLogs(manual)
  })

  const anOrganization = async (where = world) =>
    (await signUp(where, { provisionPhone: false })).organization.id as string
  const holdersOf = (where: World, phoneNumber: string) =>
    where.sql<{ organization_id: string; is_active: boolean }>(
      `select h.organization_id, h.is_active from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
       where p.phone_number = $1 and h.ended_at is null`,
      [phoneNumber],
    )

  test('that waits in the pool, gives it to the organization as its default', async () => {
    const phoneNumber = await aPoolNumber(world)
    const organizationId = await anOrganization()

    const answer = await assign(world, phoneNumber, organizationId)

    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, phoneNumber, organizationId, status: 'assigned', nextSteps: [] },
    })
    const path = `/api/organizations/${organizationId}`
    const one = await request(world.origin, 'GET', path, { token: ADMIN })
    expect(one.body.organization).toMatchObject({
      phoneNumber,
      phoneNumberStatus: 'active',
      readyToUse: true,
      phoneNumberPurchased: null,
    })
    const rows = await world.sql(
      'select 1 from organizations where id = $1 and default_phone_number_id is not null',
      [organizationId],
    )
    expect(rows).toHaveLength(1)
  })

  test('that an order works on, is refused, and can be given away when the order is done', async () => {
    const phoneNumber = await aPoolNumber(world)
    const organizationId = await anOrganization()
    await world.sql(
      `insert into number_orders (cause, country, step, phone_number_id, status)
       select 'manual', 'CA', 'sync', id, 'needs_attention' from phone_numbers where phone_number = $1`,
      [phoneNumber],
    )

    const refused = await assign(world, phoneNumber, organizationId)

    expectProblem(refused, 409, 'wrong_state')
    expect(refused.body.detail).toContain('an order works on it')
    expect(await holdersOf(world, phoneNumber)).toEqual([])
    await world.sql(
      "update number_orders set status = 'done', step = 'done' where status = 'needs_attention'",
    )
    expect((await assign(world, phoneNumber, organizationId)).status).toBe(200)
  })

  test('to an organization that has one, leaves its default as it is', async () => {
    const { organization } = await signUp(world)
    const phoneNumber = await aPoolNumber(world)

    const answer = await assign(world, phoneNumber, organization.id)

    expect(answer.status).toBe(200)
    const path = `/api/organizations/${organization.id}`
    const one = await request(world.origin, 'GET', path, { token: ADMIN })
    expect(one.body.organization.phoneNumber).toBe(organization.phoneNumber)
    const call = await control(world, 'POST', 'calls', { from: '+16045559400', to: phoneNumber })
    expect(call.agentSaid).toContain(organization.name)
  })

  test('to the organization that has it, answers the same and changes nothing', async () => {
    const phoneNumber = await aPoolNumber(world)
    const organizationId = await anOrganization()
    const first = await assign(world, phoneNumber, organizationId)
    const before = await effects(world)

    const again = await assign(world, phoneNumber, organizationId)

    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(await effects(world)).toEqual(before)
  })

  test('that another organization holds, is refused and names the holder', async () => {
    const phoneNumber = await aPoolNumber(world)
    const { organization } = await signUp(world, { provisionPhone: false })
    await assign(world, phoneNumber, organization.id)
    const other = await anOrganization()
    const before = await effects(world)

    const answer = await assign(world, phoneNumber, other)

    expectProblem(answer, 409, 'number_held')
    expect(answer.body.detail).toContain(organization.name)
    expect(await effects(world)).toEqual(before)
  })

  test('that waits for its import, is refused and says so', async () => {
    const { phoneNumber } = await buyAtTwilio(manual)
    await enter(manual, { phoneNumber })

    const answer = await assign(manual, phoneNumber, await anOrganization(manual))

    expectProblem(answer, 409, 'wrong_state')
    expect(answer.body.detail).toContain(`/api/admin/phone-numbers/${phoneNumber}/activate`)
    expect(await holdersOf(manual, phoneNumber)).toEqual([])
  })

  test.each([
    ['purchasing', 'purchase is not confirmed'],
    ['imported', 'waits for its settings'],
    ['quarantined', 'it is quarantined'],
  ])('that is %s, is refused and says what it waits for', async (status, reason) => {
    const phoneNumber = `+1604555${9980 + ['purchasing', 'imported', 'quarantined'].indexOf(status)}`
    await world.sql(
      `insert into phone_numbers (phone_number, country, status, twilio_phone_sid, release_at)
       values ($1, 'CA', $2, $3, case $2 when 'quarantined' then now() end)`,
      [phoneNumber, status, `PN${randomUUID()}`],
    )

    const answer = await assign(world, phoneNumber, await anOrganization())

    expectProblem(answer, 409, 'wrong_state')
    expect(answer.body.detail).toContain(reason)
  })

  test('that is not ours, is not found', async () => {
    const answer = await assign(world, '+16045559999', await anOrganization())

    expectProblem(answer, 404, 'phone_number_not_found')
  })

  test('to an organization that does not exist, is refused', async () => {
    const phoneNumber = await aPoolNumber(world)

    const answer = await assign(world, phoneNumber, randomUUID())

    expectProblem(answer, 404, 'organization_not_found')
    expect(await holdersOf(world, phoneNumber)).toEqual([])
  })

  test('to a suspended organization, is refused', async () => {
    const phoneNumber = await aPoolNumber(world)
    const organizationId = await anOrganization()
    await world.sql("update organizations set status = 'suspended' where id = $1", [organizationId])

    const answer = await assign(world, phoneNumber, organizationId)

    expectProblem(answer, 409, 'organization_suspended')
    expect(await holdersOf(world, phoneNumber)).toEqual([])
  })

  test.each<[string, unknown, string]>([
    ['no organization', {}, 'body.organizationId'],
    ['an organization that is no id', { organizationId: 'premium-auto' }, 'body.organizationId'],
    ['no organization but null', { organizationId: null }, 'body.organizationId'],
  ])('with %s, is refused and does nothing', async (_circumstance, body, part) => {
    const before = await effects(world)

    const answer = await request(
      world.origin,
      'POST',
      '/api/admin/phone-numbers/+16045559998/assign',
      { token: ADMIN, body },
    )

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual([part])
    expect(await effects(world)).toEqual(before)
  })

  test('with Twilio away, is done at once and verified later', async () => {
    const phoneNumber = await aPoolNumber(world)
    const { organization } = await signUp(world, { provisionPhone: false })
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 500, times: 2 })

    const answer = await assign(world, phoneNumber, organization.id)
    await runOrders(world)

    expect(answer.body).toMatchObject({ success: true, status: 'assigned' })
    expect(await holdersOf(world, phoneNumber)).toEqual([
      { organization_id: organization.id, is_active: true },
    ])
    const open = await world.sql("select 1 from number_orders where status <> 'done'")
    expect(open).toEqual([])
  })

  test('10 times at once to 10 organizations, lets exactly one win', async () => {
    const phoneNumber = await aPoolNumber(world)
    const organizations = await Promise.all(Array.from({ length: 10 }, () => anOrganization()))

    const answers = await Promise.all(organizations.map((id) => assign(world, phoneNumber, id)))

    const winners = answers.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(1)
    for (const answer of answers.filter((each) => each !== winners[0]))
      expectProblem(answer, 409, 'number_held')
    expect(await holdersOf(world, phoneNumber)).toEqual([
      { organization_id: winners[0]?.body.organizationId, is_active: true },
    ])
  })

  test('10 times at once to one organization, is done once', async () => {
    const phoneNumber = await aPoolNumber(world)
    const organizationId = await anOrganization()

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => assign(world, phoneNumber, organizationId)),
    )

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(await holdersOf(world, phoneNumber)).toHaveLength(1)
  })

  test('of 10 numbers at once to one organization, gives it all and one default', async () => {
    const organizationId = await anOrganization()
    const numbers: string[] = []
    for (let n = 0; n < 10; n += 1) numbers.push(await aPoolNumber(world))

    const answers = await Promise.all(numbers.map((each) => assign(world, each, organizationId)))

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    const rows = await world.sql(
      'select id from organization_phone_numbers where organization_id = $1 and is_active',
      [organizationId],
    )
    expect(rows).toHaveLength(10)
  })
})
