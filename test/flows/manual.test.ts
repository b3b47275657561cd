import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { aPoolNumber, assign, buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { ADMIN, atCarriers, control, notifications, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('an organization whose number is brought manually', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { ELEVENLABS_IMPORT: 'manual' } })
  })
  afterAll(() => world.stop())

  test('bought at Twilio, imported in the dashboard, entered: calls and texts reach it', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { phoneNumber, sid } = await buyAtTwilio(world)
    const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)

    const entered = await enter(world, {
      phoneNumber,
      organizationId: organization.id,
      elevenLabsPhoneId,
      twilioPhoneSid: sid,
    })

    expect(entered).toMatchObject({
      status: 201,
      body: {
        success: true,
        phoneNumber,
        twilioSid: sid,
        requiresElevenLabsImport: false,
        nextSteps: [],
        phoneNumberError: null,
        status: 'assigned',
      },
    })
    await expectLine(world, organization, phoneNumber)
    const one = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(one.body.organization).toMatchObject({
      phoneNumber,
      phoneNumberStatus: 'active',
      phoneNumberPurchased: null,
      requestedAreaCode: null,
      areaCode: '604',
      readyToUse: true,
    })
    const { twilio } = await atCarriers(world)
    expect(
      twilio.numbers.find((row: { phone_number: string }) => row.phone_number === phoneNumber),
    ).toMatchObject({
      friendly_name: 'Front desk',
      sms_url: withRetries(`${world.origin}/api/webhooks/twilio/sms`),
    })
  })

  test('imported in the dashboard, entered without the id: the import is found', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const { phoneNumber } = await buyAtTwilio(world)
    await importInDashboard(world, phoneNumber)

    const entered = await enter(world, { phoneNumber, organizationId: organization.id })

    expect(entered.body).toMatchObject({ status: 'assigned', nextSteps: [] })
    await expectLine(world, organization, phoneNumber)
  })

  test('entered before its import: the notification leads through the rest', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const { phoneNumber } = await buyAtTwilio(world)

    const entered = await enter(world, { phoneNumber, organizationId: organization.id })

    expect(entered).toMatchObject({
      status: 201,
      body: { status: 'purchased', requiresElevenLabsImport: true },
    })
    const reported = await importRequired(world, phoneNumber)
    expect(reported).toEqual([
      expect.objectContaining({ status: 'pending', organization_id: organization.id }),
    ])
    for (const part of [
      `Import ${phoneNumber} to ElevenLabs dashboard and assign to agent`,
      organization.name,
      `POST /api/admin/phone-numbers/${phoneNumber}/activate {"elevenLabsPhoneId"`,
    ])
      expect(reported[0]?.message).toContain(part)
    const activated = await request(
      world.origin,
      'POST',
      `/api/admin/phone-numbers/${phoneNumber}/activate`,
      { token: ADMIN, body: { elevenLabsPhoneId: await importInDashboard(world, phoneNumber) } },
    )
    expect(activated).toMatchObject({ status: 200, body: { status: 'assigned' } })
    expect(await importRequired(world, phoneNumber)).toMatchObject([{ status: 'resolved' }])
    await expectLine(world, organization, phoneNumber)
  })
})

describe('a number of the pool, brought manually', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test('speaks for nobody until it is assigned, then for its organization', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const phoneNumber = await aPoolNumber(world)
    const before = await control(world, 'POST', 'calls', { from: '+16045559301', to: phoneNumber })

    const assigned = await assign(world, phoneNumber, organization.id)

    expect(before.agentSaid).not.toContain(organization.name)
    expect(assigned).toMatchObject({
      status: 200,
      body: { success: true, phoneNumber, organizationId: organization.id, status: 'assigned' },
    })
    await expectLine(world, organization, phoneNumber)
  })

  test('whose text was refused, once assigned, needs nobody to look after it', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const phoneNumber = await aPoolNumber(world)
    const refused = await control(world, 'POST', 'sms', {
      from: '+16045559302',
      to: phoneNumber,
      body: 'Anybody?',
    })
    const [reported] = await routingFailed(world, phoneNumber)

    await assign(world, phoneNumber, organization.id)

    expect(refused.status).toBe(404)
    expect(reported?.message).toContain(`POST /api/admin/phone-numbers/${phoneNumber}/assign`)
    expect(await routingFailed(world, phoneNumber)).toMatchObject([{ status: 'resolved' }])
  })

  test('we do not know, texted: the notification says how to enter it', async () => {
    const { phoneNumber } = await buyAtTwilio(world, {
      SmsUrl: `${world.origin}/api/webhooks/twilio/sms`,
    })

    await control(world, 'POST', 'sms', { from: '+16045559303', to: phoneNumber, body: 'Hello' })

    const [reported] = await routingFailed(world, phoneNumber)
    expect(reported?.message).toContain(
      `POST /api/admin/phone-numbers {"phoneNumber": "${phoneNumber}", "organizationId"`,
    )
  })
})

/** A call and a text come to the organization, and to it alone. */
async function expectLine(
  world: World,
  organization: { id: string; name: string },
  phoneNumber: string,
) {
  const call = await control(world, 'POST', 'calls', { from: '+16045559300', to: phoneNumber })
  const text = await control(world, 'POST', 'sms', {
    from: '+16045559300',
    to: phoneNumber,
    body: 'Is it still there?',
  })
  expect(call.agentSaid).toContain(`Jack from ${organization.name}`)
  expect(text.status).toBe(200)
  expect(
    await world.sql('select organization_id from messages where provider_message_id = $1', [
      text.messageSid,
    ]),
  ).toEqual([{ organization_id: organization.id }])
}

async function importRequired(world: World, phoneNumber: string) {
  const all = await notifications(world, '?type=elevenlabs_import_required')
  return all.filter((row) => row.phone_number === phoneNumber)
}

async function routingFailed(world: World, phoneNumber: string) {
  const all = await notifications(world, '?type=sms_routing_failed')
  return all.filter((row) => row.phone_number === phoneNumber)
}
