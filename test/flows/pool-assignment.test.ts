import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stockPool } from '../support/pool.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, request, signUp } from '../support/requests.ts'
import { aMember } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

describe('numbers from the pool', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: { SIGNUP_WAIT_MS: '0', MAX_NUMBERS_PER_ORGANIZATION: '2' },
    })
  })
  afterAll(() => world.stop())
  beforeEach(async () => {
    await world.sql("update phone_numbers set status = 'failed' where status = 'configured'")
    await world.sql(
      "update number_orders set status = 'canceled' where status = 'running' and phone_number_id is null",
    )
  })

  const another = (organizationId: string, token: string, body: object, key?: string) =>
    request(world.origin, 'POST', `/api/organizations/${organizationId}/phone-numbers`, {
      token,
      body,
      ...(key && { headers: { 'idempotency-key': key } }),
    })

  test('200 parallel sign-ups on a pool of 100, give 100 at once, all different, and order 100', async () => {
    const pool = await stockPool(world, 100)

    const answers = await Promise.all(
      Array.from({ length: 200 }, () => signUp(world, { slug: `race-${randomUUID()}` }, ADMIN)),
    )

    expect(answers.every(({ answer }) => answer.status === 201)).toBe(true)
    const instant = answers.filter(({ organization }) => organization.readyToUse)
    const given = instant.map(({ organization }) => organization.phoneNumber)
    expect(given.sort()).toEqual(pool.sort())
    const queued = answers.filter(({ organization }) => !organization.readyToUse)
    const orders = await world.sql(
      "select distinct organization_id from number_orders where cause = 'signup' and organization_id = any ($1)",
      [queued.map(({ organization }) => organization.id)],
    )
    expect(orders).toHaveLength(100)
    const twice = await world.sql(
      'select phone_number_id from organization_phone_numbers where ended_at is null group by 1 having count(*) > 1',
    )
    expect(twice).toEqual([])
  })

  test('a sign-up, with its area code in stock, gets that; else its region; else its country', async () => {
    const [anywhere] = await stockPool(world, 1, { areaCode: '416', region: 'ON' })
    const [region] = await stockPool(world, 1, { areaCode: '778' })
    const [exact] = await stockPool(world, 1, { areaCode: '604' })

    const numbers = []
    for (const _ of [1, 2, 3]) numbers.push((await signUp(world)).organization)

    expect(numbers.map(({ phoneNumber }) => phoneNumber)).toEqual([exact, region, anywhere])
    expect(numbers[1]).toMatchObject({
      requestedAreaCode: '604',
      areaCode: '778',
      phoneNumberStatus: 'active',
      phoneNumberPurchased: null,
      defaultPhoneNumber: region,
    })
  })

  test.each([
    ['of another country', { country: 'US', areaCode: '212', region: 'NY' }, ''],
    ['missing at the carrier', {}, 'ghost_since = now()'],
    ['that could not be synced', {}, 'sync_due_at = now(), sync_attempts = 1'],
    ['not verified yet', {}, "status = 'imported'"],
  ])('a number %s, is not given away', async (_, fields, change) => {
    const [number] = await stockPool(world, 1, fields)
    if (change)
      await world.sql(`update phone_numbers set ${change} where phone_number = $1`, [number])

    const { organization } = await signUp(world)

    expect(organization).toMatchObject({ phoneNumber: null, readyToUse: false })
    await world.sql("update phone_numbers set status = 'failed' where phone_number = $1", [number])
  })

  test('a number whose settings are due, is given away after those that are synced, and is not ready', async () => {
    const [due] = await stockPool(world, 1)
    const [synced] = await stockPool(world, 1, { areaCode: '416', region: 'ON' })
    await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [due])

    const given = []
    for (const _ of [1, 2]) given.push((await signUp(world)).organization)

    expect(given).toMatchObject([
      { phoneNumber: synced, readyToUse: true },
      { phoneNumber: due, readyToUse: false },
    ])
  })

  test('a sign-up that says neither area code nor country, gets one of the US first, else any', async () => {
    const [canadian] = await stockPool(world, 1)
    const [american] = await stockPool(world, 1, { areaCode: '212', region: 'NY', country: 'US' })

    const given = []
    for (const _ of [1, 2, 3])
      given.push((await signUp(world, { preferredAreaCode: undefined })).organization)

    expect(given.map(({ phoneNumber }) => phoneNumber)).toEqual([american, canadian, null])
    const ordered = await world.sql(
      'select distinct country from number_orders where organization_id = any ($1)',
      [given.map(({ id }) => id)],
    )
    expect(ordered).toEqual([{ country: 'US' }])
  })

  test('a sign-up that says the country alone, does not get a number of another', async () => {
    await stockPool(world, 1)

    const { organization } = await signUp(world, { preferredAreaCode: undefined, country: 'US' })

    expect(organization).toMatchObject({ phoneNumber: null, phoneNumberStatus: 'pending' })
  })

  test('areaCodeOnly, with another code in stock, orders', async () => {
    await stockPool(world, 1, { areaCode: '778' })

    const { organization } = await signUp(world, { areaCodeOnly: true })

    expect(organization).toMatchObject({ phoneNumber: null, phoneNumberStatus: 'pending' })
  })

  test('a sign-up repeated after its answer was lost, finds its number and takes no other', async () => {
    await stockPool(world, 2)
    const send = () =>
      request(world.origin, 'POST', '/api/auth/organizations', {
        token: ADMIN,
        headers: { 'idempotency-key': 'lost-sign-up' },
        body: { name: 'Twice Asked', email: 'a@example.com', preferredAreaCode: '604' },
      })
    const first = await send()
    await world.sql('delete from idempotency_keys')

    const again = await send()

    expect(again.body).toEqual(first.body)
    expect(first.body.organization.readyToUse).toBe(true)
    expect(await world.sql("select 1 from phone_numbers where status = 'configured'")).toHaveLength(
      1,
    )
  })

  test('another number, in stock, is live at once and no default; a repeat finds it', async () => {
    const [first, second] = await stockPool(world, 3)
    const { organization, token } = await signUp(world)
    const before = await atCarriers(world)

    const answer = await another(organization.id, token, { areaCode: '604' }, 'another')
    await world.sql('delete from idempotency_keys')
    const again = await another(organization.id, token, { areaCode: '604' }, 'another')

    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      phoneNumber: second,
      phoneNumberStatus: 'active',
      orderId: null,
      nextSteps: [],
      requiresElevenLabsImport: false,
    })
    expect(again.body).toEqual(answer.body)
    const held = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(held.body.organization.defaultPhoneNumber).toBe(first)
    expect((await atCarriers(world)).twilio.spent).toBe(before.twilio.spent)
  })

  test('another number, with none in stock, is ordered, and counts against the limit', async () => {
    const { organization, token } = await signUp(world)

    const ordered = await another(organization.id, token, {}, 'ordered')
    const again = await another(organization.id, token, {}, 'ordered')
    const third = await another(organization.id, token, {})
    const byOperator = await another(organization.id, ADMIN, {})

    expect(ordered.status).toBe(202)
    expect(ordered.body).toMatchObject({ phoneNumber: null, phoneNumberStatus: 'pending' })
    expect(again.body).toEqual(ordered.body)
    expectProblem(third, 409, 'number_limit_reached')
    expect(byOperator.status).toBe(202)
    const causes = await world.sql(
      'select cause from number_orders where organization_id = $1 order by created_at',
      [organization.id],
    )
    expect(causes.map(({ cause }) => cause)).toEqual(['signup', 'organization', 'admin'])
  })

  test.each([
    ['an operator', 'in stock'],
    ['an operator', 'not in stock'],
    ['an admin of both', 'in stock'],
    ['an admin of both', 'not in stock'],
  ])(
    'another number, by %s for the agent of another organization, %s, is refused as if there were none',
    async (who, stock) => {
      const [pooled] = stock === 'in stock' ? await stockPool(world, 1) : []
      const theirs = await signUp(world, { provisionPhone: false })
      const { body: agent } = await createAgent(world, theirs.token, { provision_phone: false })
      const mine = await signUp(world, { provisionPhone: false }, theirs.token)
      const token = who === 'an operator' ? ADMIN : mine.token

      const refused = await another(mine.organization.id, token, { agentId: agent.agent_id })

      expectProblem(refused, 404, 'agent_not_found')
      expect(refused.body.detail).toContain(agent.agent_id)
      const given = await world.sql(
        `select p.agent_id from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
         where h.organization_id = $1
         union all select agent_id from number_orders where organization_id = $1 or agent_id = $2
         union all select agent_id from phone_numbers where agent_id = $2 or phone_number = $3 and status <> 'configured'`,
        [mine.organization.id, agent.agent_id, pooled],
      )
      expect(given).toEqual([])
    },
  )

  test('many asked for at once, stay within the limit', async () => {
    await stockPool(world, 6)
    const { organization, token } = await signUp(world)

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => another(organization.id, token, { country: 'CA' })),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  })

  test('another number, for a plain member or a suspended organization, is refused', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const memberToken = (await signUp(world, { provisionPhone: false })).token
    const [, claims = ''] = memberToken.split('.')
    const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    await aMember(world.database.url, organization.id, sub)

    expectProblem(await another(organization.id, memberToken, {}), 403, 'role_required')
    await world.sql("update organizations set status = 'suspended' where id = $1", [
      organization.id,
    ])
    expectProblem(await another(organization.id, token, {}), 409, 'organization_suspended')
  })
})
