import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { releaseHeld } from '../support/held.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('orders for numbers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      timings: { orderBackoffMs: 10, orderBackoffMaxMs: 20 },
      settings: { ORDER_MAX_ATTEMPTS: '3' },
    })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  test('an area code of Canada is searched in Canada', async () => {
    const { organization } = await signUp(world, { preferredAreaCode: '778' })

    expect(organization).toMatchObject({
      requestedAreaCode: '778',
      areaCode: '778',
      phoneNumber: expect.stringMatching(/^\+1778/),
    })
  })

  test('an area code without stock, widens to its region, and says what was asked and got', async () => {
    const { organization } = await signUp(world, { preferredAreaCode: '236' })

    expect(organization.requestedAreaCode).toBe('236')
    expect(['604', '778']).toContain(organization.areaCode)
  })

  test('a region without stock, widens to its country', async () => {
    const { organization } = await signUp(world, { preferredAreaCode: '206' })

    expect(organization.requestedAreaCode).toBe('206')
    expect(['212', '415', '305']).toContain(organization.areaCode)
  })

  test('without any area code, the country decides', async () => {
    const canadian = await signUp(world, { preferredAreaCode: undefined, country: 'CA' })
    const blank = await signUp(world, { preferredAreaCode: ' ' })

    expect(['604', '778']).toContain(canadian.organization.areaCode)
    expect(['212', '415', '305']).toContain(blank.organization.areaCode)
  })

  test('an area code without stock and areaCodeOnly, buys nothing and tells a person', async () => {
    const before = await atCarriers(world)

    const { organization } = await signUp(world, { preferredAreaCode: '236', areaCodeOnly: true })

    expect(organization).toMatchObject({
      phoneNumber: null,
      phoneNumberStatus: 'pending',
      phoneNumberError: expect.stringContaining('area code 236'),
    })
    expect((await atCarriers(world)).twilio.spent).toBe(before.twilio.spent)
    expect(await needsAttention(world, organization.id)).toHaveLength(1)
  })

  test('a failing carrier, until the attempts are used up, stops the order; a retry finishes it', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 500, times: 3 })
    const { organization, token } = await signUp(world)
    await runOrders(world)
    const [notification] = await needsAttention(world, organization.id)
    const orders = await request(
      world.origin,
      'GET',
      `/api/admin/orders?organizationId=${organization.id}&status=needs_attention`,
      { token: ADMIN },
    )
    const [order] = orders.body.orders
    expect(notification?.message).toContain(`/api/admin/orders/${order.id}/retry`)

    const retried = await request(world.origin, 'POST', `/api/admin/orders/${order.id}/retry`, {
      token: ADMIN,
    })
    await runOrders(world)

    expect(retried).toMatchObject({
      status: 200,
      body: { success: true, order: { status: 'running', attempts: 0 } },
    })
    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(body.organization).toMatchObject({ phoneNumberStatus: 'active' })
    expect(await needsAttention(world, organization.id)).toEqual([])
  })

  test('a step that no server finishes before its lease is over, stops the order in the end', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 500, times: 3 })
    const { organization } = await signUp(world)
    await runOrders(world)
    await world.sql(
      `update number_orders set status = 'running', next_run_at = now(), attempts = 2, last_error = null,
         lease_token = gen_random_uuid(), lease_until = now() - interval '1 second' where organization_id = $1`,
      [organization.id],
    )

    await runOrders(world)

    const orders = await world.sql(
      'select status, last_error from number_orders where organization_id = $1',
      [organization.id],
    )
    expect(orders).toEqual([
      {
        status: 'needs_attention',
        last_error: 'no server has finished the step "choose" before its lease was over',
      },
    ])
  })

  test('an import that keeps failing, leaves a paid number and asks a person to import it', async () => {
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 500, times: 3 })

    const { organization } = await signUp(world)
    await runOrders(world)

    const reported = await notifications(world, '?type=elevenlabs_import_required&status=pending')
    expect(reported).toEqual([
      expect.objectContaining({
        organization_id: organization.id,
        message: expect.stringContaining('Last attempt: ElevenLabs'),
      }),
    ])
    const { body } = await request(
      world.origin,
      'GET',
      `/api/admin/phone-numbers?organizationId=${organization.id}`,
      { token: ADMIN },
    )
    expect(body.phoneNumbers).toEqual([
      expect.objectContaining({
        status: 'purchased',
        is_active: false,
        organization_id: organization.id,
      }),
    ])
  })

  test('cancel, of an order that bought nothing, ends it; a second cancel is the same', async () => {
    const { organization } = await signUp(world, { preferredAreaCode: '236', areaCodeOnly: true })
    const order = await orderOf(world, organization.id)
    const cancel = () =>
      request(world.origin, 'POST', `/api/admin/orders/${order.id}/cancel`, { token: ADMIN })

    expect(await cancel()).toMatchObject({ status: 200, body: { order: { status: 'canceled' } } })
    expect(await cancel()).toMatchObject({ status: 200, body: { order: { status: 'canceled' } } })
    expect(await needsAttention(world, organization.id)).toEqual([])
  })

  test('cancel, of an order that has bought its number, is refused', async () => {
    const { organization } = await signUp(world)
    const order = await orderOf(world, organization.id)

    const answer = await request(world.origin, 'POST', `/api/admin/orders/${order.id}/cancel`, {
      token: ADMIN,
    })

    expect(answer).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
  })

  test('cancel, of an order whose purchase is in doubt, is refused', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const id = await world.context.phoneNumbers.orders.create(OPERATOR, {
      id: randomUUID(),
      organizationId: organization.id,
      country: 'CA',
      areaCode: null,
      areaCodeOnly: false,
    })
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'timeout', { ms: 10 })
    await world.context.phoneNumbers.runner.run(id, new AbortController().signal)

    const answer = await request(world.origin, 'POST', `/api/admin/orders/${id}/cancel`, {
      token: ADMIN,
    })

    expect(answer).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('may have bought') },
    })
  })

  test('an unknown order is a 404', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000'
    for (const action of ['retry', 'cancel']) {
      const answer = await request(world.origin, 'POST', `/api/admin/orders/${unknown}/${action}`, {
        token: ADMIN,
      })
      expect(answer).toMatchObject({ status: 404, body: { code: 'order_not_found' } })
    }
  })

  test('an operator, buying for an organization, gets the number and what is left to do', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    expect(organization).toMatchObject({ phoneNumber: null, phoneNumberStatus: 'none' })

    const bought = await request(
      world.origin,
      'POST',
      `/api/admin/organizations/${organization.id}/phone-numbers/purchase`,
      { token: ADMIN, body: { areaCode: '212' } },
    )

    expect(bought).toMatchObject({
      status: 201,
      body: {
        success: true,
        phoneNumber: expect.stringMatching(/^\+1212/),
        twilioSid: expect.stringMatching(/^PN/),
        requiresElevenLabsImport: false,
        nextSteps: [],
      },
    })
  })
})

async function needsAttention(world: World, organizationId: string) {
  const all = await notifications(world, '?type=order_needs_attention&status=pending')
  return all.filter((row) => row.organization_id === organizationId)
}

async function orderOf(world: World, organizationId: string): Promise<{ id: string }> {
  const { body } = await request(
    world.origin,
    'GET',
    `/api/admin/orders?organizationId=${organizationId}`,
    { token: ADMIN },
  )
  return body.orders[0]
}

describe('an order whose carrier takes longer than its sign-up waits', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { SIGNUP_WAIT_MS: '0' } })
  })
  afterAll(() => world.stop())

  test('Twilio away at sign-up: the organization is there, a notification tells, the number follows', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'timeout', { ms: 10, times: 2 })
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'hold_before')

    const { answer, organization, token } = await signUp(world)
    expect(answer.status).toBe(201)
    const working = runOrders(world)
    await expect
      .poll(async () => {
        const path = `/api/organizations/${organization.id}`
        return (await request(world.origin, 'GET', path, { token })).body.organization
      })
      .toMatchObject({
        phoneNumber: null,
        phoneNumberStatus: 'pending',
        phoneNumberError: expect.stringContaining('tried again'),
      })
    const reported = await notifications(world, '?type=phone_setup_failed&status=pending')
    expect(reported.filter((row) => row.organization_id === organization.id)).toHaveLength(1)

    await releaseHeld(world)
    await working

    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(body.organization).toMatchObject({ phoneNumberStatus: 'active' })
    expect(await notifications(world, '?type=phone_setup_failed&status=pending')).toEqual([])
  })
})
