import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, control, notifications, outside, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('US numbers and Messaging Services', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { US_SMS_STATUS: 'needs_registration' } })
  })
  afterAll(() => world.stop())

  const anAmerican = () => signUp(world, { preferredAreaCode: '415', country: 'US' })
  const give = (id: string, sid: string | null, token = ADMIN) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token,
      body: { settings: { messaging_service_sid: sid } },
    })
  const text = (id: string) =>
    request(world.origin, 'POST', `/api/organizations/${id}/messages`, {
      token: ADMIN,
      body: { to: '+16045558999', body: 'Hello' },
    })
  /** Twilio's own API of Messaging Services. */
  const atTwilio = (method: string, path: string, form?: Record<string, string>) => {
    const { accountSid, authToken } = world.config.twilio
    return request(world.twins.origin, method, `/twilio/messaging/v1/Services${path}`, {
      ...(form && { body: new URLSearchParams(form).toString() }),
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    })
  }
  const aService = async (useInboundWebhookOnNumber: boolean) => {
    const { body } = await atTwilio('POST', '', {
      FriendlyName: 'A campaign',
      UseInboundWebhookOnNumber: String(useInboundWebhookOnNumber),
    })
    return body.sid as string
  }
  const aFitService = () => aService(true)
  const numbersOf = async (sid: string) =>
    (await atTwilio('GET', `/${sid}/PhoneNumbers`)).body.phone_numbers as { sid: string }[]
  const tick = () => world.context.messagesTick(new AbortController().signal)

  test('a US number in no service: cannot text, and says what to do', async () => {
    const { organization } = await anAmerican()

    const answer = await text(organization.id)

    expect(answer).toMatchObject({ status: 409, body: { code: 'sms_not_ready' } })
    expect(answer.body.detail).toContain('messaging_service_sid')
  })

  test('a service given by an operator: takes the number in, which is ready then', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()

    const answer = await give(organization.id, sid)

    expect(answer.body.organization.settings.messaging_service_sid).toBe(sid)
    expect(await numbersOf(sid)).toHaveLength(1)
    const [number] = await world.sql(
      'select sms_status, messaging_service_sid from phone_numbers where phone_number = $1',
      [organization.phoneNumber],
    )
    expect(number).toEqual({ sms_status: 'ready', messaging_service_sid: sid })
    expect((await text(organization.id)).status).toBe(201)
    await control(world, 'POST', 'settled')
    expect((await outside(world)).twilio.messages).toContainEqual(
      expect.objectContaining({
        from: organization.phoneNumber,
        messaging_service_sid: sid,
        status: 'delivered',
      }),
    )
  })

  test('a service taken away again: leaves the number as any other', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await give(organization.id, sid)

    await give(organization.id, null)

    expect(await numbersOf(sid)).toEqual([])
    expect((await text(organization.id)).body.code).toBe('sms_not_ready')
  })

  test('a service of another organization: is refused', async () => {
    const [first, second] = [await anAmerican(), await anAmerican()]
    const sid = await aFitService()
    await give(first.organization.id, sid)

    const answer = await give(second.organization.id, sid)

    expect(answer).toMatchObject({ status: 409, body: { code: 'messaging_service_taken' } })
  })

  test.each([
    ['would take inbound texts away', () => aService(false)],
    ['Twilio does not know', async () => `MG${randomBytes(16).toString('hex')}`],
  ])('a service that %s: is refused with what to do, and nothing changes', async (_name, make) => {
    const { organization } = await anAmerican()

    const answer = await give(organization.id, await make())

    expect(answer).toMatchObject({ status: 422, body: { code: 'messaging_service_unfit' } })
    expect(answer.body.detail).toContain('Twilio Console')
    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token: ADMIN,
    })
    expect(body.organization.settings).toEqual({})
  })

  test('a service given by a member: is for operators alone', async () => {
    const { organization, token } = await anAmerican()

    const answer = await give(organization.id, await aFitService(), token)

    expect(answer).toMatchObject({ status: 403, body: { code: 'admin_required' } })
  })

  test('a number that is in a service elsewhere: says so, and is taken in once it is not', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    const elsewhere = await aFitService()
    const { twilio } = await outside(world)
    const { sid: PhoneNumberSid } = twilio.numbers.find(
      (number: { phone_number: string }) => number.phone_number === organization.phoneNumber,
    )
    await atTwilio('POST', `/${elsewhere}/PhoneNumbers`, { PhoneNumberSid })

    await give(organization.id, sid)

    expect((await text(organization.id)).body.detail).toContain('another Messaging Service')
    const about = async () =>
      (await notifications(world, '?status=pending&type=phone_setup_failed')).filter(
        ({ phone_number }) => phone_number === organization.phoneNumber,
      )
    expect(await about()).toHaveLength(1)
    await atTwilio('DELETE', `/${elsewhere}/PhoneNumbers/${PhoneNumberSid}`)
    await world.sql('update phone_numbers set sms_try_at = now()')
    await tick()
    expect(await numbersOf(sid)).toHaveLength(1)
    expect(await about()).toEqual([])
  })

  test('a number given up: leaves the service of who held it', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await give(organization.id, sid)
    const path = `/api/organizations/${organization.id}/phone-numbers/${organization.phoneNumber}`
    await request(world.origin, 'DELETE', path, { token: ADMIN })

    await tick()

    expect(await numbersOf(sid)).toEqual([])
  })
})
