import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { atCarriers, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('first light', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test('sign-up, with everything well, answers a line that is ready', async () => {
    const { answer, organization } = await signUp(world, {
      name: 'Premium Auto Sales',
      preferredAreaCode: '604',
    })

    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      success: true,
      message: 'Organization "Premium Auto Sales" created and ready to use!',
    })
    expect(organization).toMatchObject({
      name: 'Premium Auto Sales',
      slug: 'premium-auto-sales',
      phoneNumber: expect.stringMatching(/^\+1604/),
      phoneNumberStatus: 'active',
      readyToUse: true,
      requiresElevenLabsImport: false,
      phoneNumberError: null,
    })
    expect(organization.phoneNumberPurchased).toBe(organization.phoneNumber)
  })

  test('a call, to an organization, is answered in its own name', async () => {
    const { organization } = await signUp(world, { name: 'Downtown Motors' })

    const call = await control(world, 'POST', 'calls', {
      from: '+16045559000',
      to: organization.phoneNumber,
    })

    expect(call).toMatchObject({
      answered: true,
      agentSaid: expect.stringContaining('Jack from Downtown Motors'),
    })
    expect(call.variables).toMatchObject({
      organization_name: 'Downtown Motors',
      organization_id: organization.id,
      lead_status: 'New Inquiry',
    })
    const calls = await world.sql(
      `select c.organization_id, c.direction, c.from_number, c.to_number, k.phone_number as customer
       from calls c join contacts k on k.id = c.contact_id where c.provider_call_id = $1`,
      [call.callSid],
    )
    expect(calls).toEqual([
      {
        organization_id: organization.id,
        direction: 'inbound',
        from_number: '+16045559000',
        to_number: organization.phoneNumber,
        customer: '+16045559000',
      },
    ])
  })

  test('a text, to an organization, is stored for it and answered with no reply', async () => {
    const { organization } = await signUp(world)

    const text = await control(world, 'POST', 'sms', {
      from: '+16045559001',
      to: organization.phoneNumber,
      body: 'Is the blue one still there?',
    })

    expect(text).toMatchObject({ status: 200, body: expect.stringContaining('<Response/>') })
    const rows = await world.sql(
      'select organization_id, body, from_number from messages where provider_message_id = $1',
      [text.messageSid],
    )
    expect(rows).toEqual([
      {
        organization_id: organization.id,
        body: 'Is the blue one still there?',
        from_number: '+16045559001',
      },
    ])
  })

  test('the number, after the import, still sends its texts to us', async () => {
    const { organization } = await signUp(world)

    const state = await atCarriers(world)

    const number = state.twilio.numbers.find(
      (row: { phone_number: string }) => row.phone_number === organization.phoneNumber,
    )
    expect(number).toMatchObject({
      sms_url: withRetries(`${world.origin}/api/webhooks/twilio/sms`),
      voice_url: `${world.twins.origin}/elevenlabs/twilio/inbound_call`,
    })
  })

  test('the organization, read by its owner, shows the same line', async () => {
    const { organization, token } = await signUp(world)

    const one = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    const numbers = await request(
      world.origin,
      'GET',
      `/api/organizations/${organization.id}/phone-numbers`,
      { token },
    )

    expect(one.body.organization).toEqual(organization)
    expect(numbers.body).toMatchObject({ success: true, organizationId: organization.id })
    expect(numbers.body.phoneNumbers).toEqual([
      expect.objectContaining({
        phone_number: organization.phoneNumber,
        is_active: true,
        status: 'assigned',
        elevenlabs_phone_id: expect.stringMatching(/^phnum_/),
      }),
    ])
  })
})
