import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { importInDashboard } from '../support/manual.ts'
import { activateBatch, entry } from '../support/pool.ts'
import { expectProblem } from '../support/problems.ts'
import { inTwilioConsole } from '../support/reconcile.ts'
import {
  ADMIN,
  atCarriers,
  fault,
  notifications,
  request,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a number that a person imports', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { ELEVENLABS_IMPORT: 'manual' } })
  })
  afterAll(() => world.stop())

  test('sign-up answers the number and that an import is required', async () => {
    const { answer, organization } = await signUp(world)

    expect(answer.status).toBe(201)
    expect(organization).toMatchObject({
      phoneNumber: expect.stringMatching(/^\+1604/),
      phoneNumberStatus: 'pending',
      readyToUse: false,
      requiresElevenLabsImport: true,
      phoneNumberError: null,
    })
    const [notification] = await importRequired(world, organization.id)
    expect(notification).toMatchObject({
      phone_number: organization.phoneNumber,
      organization_name: organization.name,
      status: 'pending',
    })
    expect(notification.message).toContain(
      `Import ${organization.phoneNumber} to ElevenLabs dashboard and assign to agent`,
    )
    expect(notification.message).toContain(
      `/api/admin/phone-numbers/${organization.phoneNumber}/activate`,
    )
  })

  test('calls before the activation are answered with a sentence, texts reach their holder', async () => {
    const { organization } = await signUp(world)

    const call = await controlOf(world, 'calls', {
      from: '+16045559100',
      to: organization.phoneNumber,
    })
    const text = await controlOf(world, 'sms', {
      from: '+16045559100',
      to: organization.phoneNumber,
      body: 'early',
    })

    expect(call).toMatchObject({
      answered: true,
      agentSaid: expect.stringContaining('not in service'),
    })
    expect(text.status).toBe(200)
    expect(
      await world.sql('select organization_id from messages where provider_message_id = $1', [
        text.messageSid,
      ]),
    ).toEqual([{ organization_id: organization.id }])
  })

  test('activation, after an import in the dashboard took the texts, makes the line whole', async () => {
    const { organization, token } = await signUp(world)
    const id = await importInDashboard(world, organization.phoneNumber)
    expect((await numberAtCarriers(world, organization.phoneNumber)).sms_url).not.toContain(
      world.origin,
    )

    const activated = await activate(world, organization.phoneNumber, id)

    expect(activated).toMatchObject({
      status: 200,
      body: {
        success: true,
        phoneNumber: organization.phoneNumber,
        elevenLabsPhoneId: id,
        status: 'assigned',
      },
    })
    expect(await numberAtCarriers(world, organization.phoneNumber)).toMatchObject({
      sms_url: withRetries(`${world.origin}/api/webhooks/twilio/sms`),
    })
    const { elevenlabs } = await atCarriers(world)
    expect(
      elevenlabs.phoneNumbers.find((row: { phone_number_id: string }) => row.phone_number_id === id)
        .assigned_agent,
    ).toMatchObject({
      agent_id: world.config.elevenLabs.agentId,
    })
    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(body.organization).toMatchObject({
      phoneNumberStatus: 'active',
      readyToUse: true,
      requiresElevenLabsImport: false,
    })
    expect(await importRequired(world, organization.id)).toEqual([
      expect.objectContaining({ status: 'resolved' }),
    ])
    const call = await controlOf(world, 'calls', {
      from: '+16045559101',
      to: organization.phoneNumber,
    })
    expect(call.agentSaid).toContain(organization.name)
  })

  test('activation, repeated with the same id, answers 200, and changes nothing that is right', async () => {
    const { organization } = await signUp(world)
    const id = await importInDashboard(world, organization.phoneNumber)
    await activate(world, organization.phoneNumber, id)
    const { phoneNumber } = organization
    const before = await atCarriers(world)

    const again = await activate(world, phoneNumber, id)

    expect(again).toMatchObject({ status: 200, body: { status: 'assigned' } })
    const after = await atCarriers(world)
    expect(after.twilio.numbers).toEqual(before.twilio.numbers)
    expect(after.elevenlabs.phoneNumbers).toEqual(before.elevenlabs.phoneNumbers)
  })

  test('activation, repeated after somebody took its texts away, brings them back', async () => {
    const { organization } = await signUp(world)
    const { phoneNumber } = organization
    const id = await importInDashboard(world, phoneNumber)
    await activate(world, phoneNumber, id)
    const before = await numberAtCarriers(world, phoneNumber)
    await inTwilioConsole(world, phoneNumber, { SmsUrl: 'http://127.0.0.1:9/else' })

    await activate(world, phoneNumber, id)

    expect((await numberAtCarriers(world, phoneNumber)).sms_url).toBe(before.sms_url)
  })

  test('activation with the id of another import, made since, takes that, with the texts it took away', async () => {
    const { organization } = await signUp(world)
    const { phoneNumber } = organization
    const first = await importInDashboard(world, phoneNumber)
    await activate(world, phoneNumber, first)
    const before = await numberAtCarriers(world, phoneNumber)
    await world.context.voiceAgents.removeNumber(first)
    const second = await importInDashboard(world, phoneNumber)

    const again = await activate(world, phoneNumber, second)

    expect(again).toMatchObject({ status: 200, body: { status: 'assigned' } })
    expect(
      await world.sql(
        'select elevenlabs_phone_id as id from phone_numbers where phone_number = $1',
        [phoneNumber],
      ),
    ).toEqual([{ id: second }])
    expect((await numberAtCarriers(world, phoneNumber)).sms_url).toBe(before.sms_url)
    expect(await activate(world, phoneNumber, first)).toMatchObject({
      status: 422,
      body: { code: 'elevenlabs_id_mismatch' },
    })
    const call = await controlOf(world, 'calls', { from: '+16045559103', to: phoneNumber })
    expect(call.agentSaid).toContain(organization.name)
  })

  test('activation with an id that is gone, on an active number, is a 422 and changes nothing', async () => {
    const { organization } = await signUp(world)
    const id = await importInDashboard(world, organization.phoneNumber)
    await activate(world, organization.phoneNumber, id)
    await world.context.voiceAgents.removeNumber(id)

    for (const gone of ['phnum_other', id])
      expect(await activate(world, organization.phoneNumber, gone)).toMatchObject({
        status: 422,
        body: { code: 'elevenlabs_id_mismatch' },
      })
  })

  test('activation of a number that is not ours is a 404', async () => {
    expect(await activate(world, '+16045550001', 'phnum_any')).toMatchObject({
      status: 404,
      body: { code: 'phone_number_not_found' },
    })
  })

  test("activation with another number's id, or an unknown one, is a 422 and changes nothing", async () => {
    const [one, two] = [await signUp(world), await signUp(world)]
    const idOfTwo = await importInDashboard(world, two.organization.phoneNumber)

    const foreign = await activate(world, one.organization.phoneNumber, idOfTwo)
    const unknown = await activate(world, one.organization.phoneNumber, 'phnum_unknown')

    expect([foreign, unknown]).toEqual([
      expect.objectContaining({
        status: 422,
        body: expect.objectContaining({ code: 'elevenlabs_id_mismatch' }),
      }),
      expect.objectContaining({
        status: 422,
        body: expect.objectContaining({ code: 'elevenlabs_id_mismatch' }),
      }),
    ])
    expect(await activate(world, two.organization.phoneNumber, idOfTwo)).toMatchObject({
      status: 200,
    })
    expect(await activate(world, one.organization.phoneNumber, idOfTwo)).toMatchObject({
      status: 422,
    })
  })

  test('activation, with ElevenLabs failing while it syncs, is finished by the loop', async () => {
    const { organization } = await signUp(world)
    const id = await importInDashboard(world, organization.phoneNumber)
    await fault(world, 'elevenlabs', 'phoneNumbers.update', 'timeout', { ms: 20 })

    const answer = await activate(world, organization.phoneNumber, id)
    expect(answer).toMatchObject({ status: 202, body: { status: 'imported' } })

    await expect
      .poll(async () => {
        await tickOrders(world)
        return (await activate(world, organization.phoneNumber, id)).body.status
      })
      .toBe('assigned')
  })

  test('activation, while Twilio refuses the number for good, fails and promises nothing', async () => {
    const { organization } = await signUp(world)
    const { phoneNumber } = organization
    const id = await importInDashboard(world, phoneNumber)
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 404, times: 2 })

    const alone = await activate(world, phoneNumber, id)
    const batch = await activateBatch(world, [entry(phoneNumber, id)])

    expectProblem(alone, 502, 'carrier_failed')
    expect(alone.body.detail).toContain('HTTP 404')
    expect(batch.body).toMatchObject({
      success: false,
      results: [{ phoneNumber, status: 'failed', error: expect.stringContaining('HTTP 404') }],
    })
    expect(await activate(world, phoneNumber, id)).toMatchObject({
      status: 200,
      body: { status: 'assigned' },
    })
  })

  test('a retried order, whose number was imported manually meanwhile, needs no id', async () => {
    const { organization } = await signUp(world)
    await importInDashboard(world, organization.phoneNumber)
    const orders = await request(
      world.origin,
      'GET',
      `/api/admin/orders?organizationId=${organization.id}`,
      { token: ADMIN },
    )

    await request(world.origin, 'POST', `/api/admin/orders/${orders.body.orders[0].id}/retry`, {
      token: ADMIN,
    })
    await tickOrders(world)

    const rows = await world.sql('select status from phone_numbers where phone_number = $1', [
      organization.phoneNumber,
    ])
    expect(rows).toEqual([{ status: 'assigned' }])
  })
})

function activate(world: World, phoneNumber: string, elevenLabsPhoneId: string) {
  return request(world.origin, 'POST', `/api/admin/phone-numbers/${phoneNumber}/activate`, {
    token: ADMIN,
    body: { elevenLabsPhoneId },
  })
}

async function importRequired(world: World, organizationId: string) {
  const all = await notifications(world, '?type=elevenlabs_import_required')
  // biome-ignore lint/suspicious/noExplicitAny: rows of the API
  return all.filter((row) => row.organization_id === organizationId) as any[]
}

async function numberAtCarriers(world: World, phoneNumber: string) {
  const { twilio } = await atCarriers(world)
  return twilio.numbers.find((row: { phone_number: string }) => row.phone_number === phoneNumber)
}

async function controlOf(world: World, path: string, body: unknown) {
  return (await request(world.twins.origin, 'POST', `/control/${path}`, { body })).body
}
