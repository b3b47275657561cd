import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import {
  ADMIN,
  atCarriers,
  aUser,
  notifications,
  request,
  runOrders,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('what a new organization may ask for', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const bought = async () => (await atCarriers(world)).twilio.numbers.length
  const ask = (method: string, path: string, token: string, body?: object) =>
    request(world.origin, method, path, { token, ...(body && { body }) })

  /** In how many days it is worth asking again. */
  const daysOf = ({ headers }: { headers: Headers }) => Number(headers.get('retry-after')) / 86_400

  test('two numbers: that of its sign-up and one more; the third is refused until it is older', async () => {
    const { organization, token } = await signUp(world)
    const path = `/api/organizations/${organization.id}/phone-numbers`
    const second = await ask('POST', path, token, {})
    const before = await bought()

    const third = await ask('POST', path, token, {})
    const after = await bought()
    const operators = await ask('POST', path, ADMIN, {})
    await world.sql(
      "update organizations set created_at = now() - interval '8 days' where id = $1",
      [organization.id],
    )
    const older = await ask('POST', path, token, {})

    expect([second.status, operators.status, older.status]).toEqual([201, 201, 201])
    expectProblem(third, 409, 'new_number_limit_reached')
    expect(third.body.detail).toContain('NEW_ORGANIZATION_NUMBERS')
    expect(after).toBe(before)
  })

  test('its agents: the first with a number, the next are made without one and say why', async () => {
    const { organization, token } = await signUp(world)
    const make = (name: string) =>
      ask('POST', '/api/agents', token, { agent_name: name, organizationId: organization.id })
    const first = await make('Ann')
    const before = await bought()

    const second = await make('Bob')
    const number = await ask('POST', `/api/agents/${second.body.agent_id}/phone-number`, token, {})

    expect([first.status, first.body.phone_number_status]).toEqual([201, 'active'])
    expect([second.status, second.body.phone_number, second.body.phone_number_status]).toEqual([
      201,
      null,
      'none',
    ])
    expect(second.body.phone_number_error).toContain('NEW_ORGANIZATION_NUMBERS')
    expectProblem(number, 409, 'new_number_limit_reached')
    expect(await bought()).toBe(before)
  })

  test('numbers of all its user’s organizations count together against what a new account may spend', async () => {
    const { organization, token } = await signUp(world)
    await ask('PATCH', `/api/organizations/${organization.id}`, ADMIN, {
      settings: { outbound_limits: { account_daily_spend: 1_500_000 } },
    })
    const before = await bought()

    const second = await ask(
      'POST',
      `/api/organizations/${organization.id}/phone-numbers`,
      token,
      {},
    )

    expectProblem(second, 429, 'account_spend_reached')
    expect(await bought()).toBe(before)
    // That number counts for a day.
    expect(daysOf(second)).toBeGreaterThan(0.99)
    expect(daysOf(second)).toBeLessThanOrEqual(1.001)
  })

  test('what agents that stay take of it, is free again when the account is new no longer', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const make = (agent_name: string) =>
      ask('POST', '/api/agents', token, {
        agent_name,
        organizationId: organization.id,
        provision_phone: false,
      })
    await make('Ann')
    await ask('PATCH', `/api/organizations/${organization.id}`, ADMIN, {
      settings: { outbound_limits: { account_daily_spend: 3_500_000 } },
    })
    await world.sql(
      "update organizations set created_at = now() - interval '3 days' where id = $1",
      [organization.id],
    )

    const second = await make('Bob')

    expectProblem(second, 429, 'account_spend_reached')
    expect(daysOf(second)).toBeGreaterThan(3.9)
    expect(daysOf(second)).toBeLessThanOrEqual(4.001)
  })
})

describe('sign-ups, as many as may in an hour', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { SIGNUPS_PER_HOUR: '3' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('of users, whoever they are, are refused beyond it; of operators, never', async () => {
    const email = (i: number) => ({ email: `owner${i}@example${i}.com`, provisionPhone: false })
    const all = await Promise.all(Array.from({ length: 6 }, (_, i) => signUp(world, email(i))))
    const { answer: operators } = await signUp(world, { provisionPhone: false }, ADMIN)

    const refused = all.filter(({ answer }) => answer.status === 429)
    expect(all.filter(({ answer }) => answer.status === 201)).toHaveLength(3)
    expect(refused).toHaveLength(3)
    for (const { answer } of refused) {
      expectProblem(answer, 429, 'sign_ups_reached')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_000)
    }
    expect(operators.status).toBe(201)
  })
})

describe('sign-ups that need approval', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { SIGNUP_MODE: 'approval', SIGNUP_WAIT_MS: '0' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const waiting = async () =>
    (await notifications(world, '?status=pending')).filter(({ type }) => type === 'sign_up_waiting')

  test('of a user, buy nothing and tell an operator, whose approval buys the number', async () => {
    const { token } = await aUser(world)
    const { answer, organization } = await signUp(world, {}, token)
    await tickOrders(world)
    const before = (await atCarriers(world)).twilio.numbers.length
    const reported = await waiting()
    const own = await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token,
      body: { status: 'active' },
    })

    await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token: ADMIN,
      body: { status: 'active' },
    })
    await runOrders(world)

    expect(answer.status).toBe(201)
    expect(answer.body.message).toContain('waits for the approval')
    expect(organization).toMatchObject({
      status: 'suspended',
      phoneNumber: null,
      readyToUse: false,
    })
    expect(before).toBe(0)
    expect(reported).toMatchObject([{ organization_id: organization.id }])
    expectProblem(own, 403, 'admin_required')
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(1)
    expect(await waiting()).toEqual([])
    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(body.organization).toMatchObject({ status: 'active', phoneNumberStatus: 'active' })
  })

  test('of an operator, need none', async () => {
    const { organization } = await signUp(world, { provisionPhone: false }, ADMIN)

    expect(organization.status).toBe('active')
  })
})
