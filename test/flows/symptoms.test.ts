import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
import { accountPath, atTwilio } from '../support/twilio-console.ts'
import { startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

const CUSTOMER = '+16045559000'

/** docs/operations.md, "Troubleshooting by symptom": the one question that it names for each shows the cause. */
describe('the question that a symptom is answered by', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  const ask = async (path: string) =>
    (await request(world.origin, 'GET', path, { token: ADMIN })).body

  async function explain(number: string) {
    const { steps } = await ask(
      `/api/admin/routes/explain?to=${encodeURIComponent(number)}&from=${encodeURIComponent(CUSTOMER)}`,
    )
    return Object.fromEntries(
      steps.map((step: { step: string; result: string; because: string }) => [step.step, step]),
    ) as Record<string, { result: string; because: string }>
  }

  async function sidOf(phoneNumber: string): Promise<string> {
    const { twilio } = await atCarriers(world)
    return twilio.numbers.find(
      (each: { phone_number: string }) => each.phone_number === phoneNumber,
    ).sid
  }

  test('calls do not come, because somebody changed the number at Twilio: explain says which setting', async () => {
    const { organization } = await signUp(world)
    const sid = await sidOf(organization.phoneNumber)
    await atTwilio(world.twins, 'POST', `${accountPath}/IncomingPhoneNumbers/${sid}.json`, {
      VoiceUrl: 'https://old-provider.example/voice',
    })

    const steps = await explain(organization.phoneNumber)

    expect(steps.carriers?.result).toBe('different')
    expect(steps.carriers?.because).toContain('voiceUrl')
    expect(steps.call?.result).toBe('unverified')
  })

  test('texts do not come, because a Messaging Service takes them: explain names the service and the setting', async () => {
    const { organization } = await signUp(world)
    const { body: service } = await atTwilio(world.twins, 'POST', '/messaging/v1/Services', {
      FriendlyName: 'Marketing',
    })
    await atTwilio(world.twins, 'POST', `/messaging/v1/Services/${service.sid}/PhoneNumbers`, {
      PhoneNumberSid: await sidOf(organization.phoneNumber),
    })

    const steps = await explain(organization.phoneNumber)

    expect(steps.text?.result).toBe('unverified')
    expect(steps.text?.because).toContain(service.sid)
    expect(steps.text?.because).toContain("Defer to sender's webhook")
  })

  test('a number is not ready, because its area has none left: its order says so, and what to do', async () => {
    await control(world, 'POST', 'stock', { areaCode: '305', count: 0 })
    const { organization } = await signUp(world, { preferredAreaCode: '305', areaCodeOnly: true })
    await runOrders(world)

    const { orders } = await ask(`/api/admin/orders?organizationId=${organization.id}`)

    expect(orders[0].last_error).toMatch(/305|area code/)
  })

  test('billed too much, because of numbers that nobody missed: the bill shows how many are held, and the list which', async () => {
    const { organization } = await signUp(world)
    const more = `/api/admin/organizations/${organization.id}/phone-numbers/purchase`
    await request(world.origin, 'POST', more, { token: ADMIN, body: {} })

    const usage = await ask(`/api/organizations/${organization.id}/usage`)
    const { phoneNumbers } = await ask(`/api/organizations/${organization.id}/phone-numbers`)

    expect(usage.numbers.held).toBe(2)
    expect(phoneNumbers).toHaveLength(2)
  })

  test('an import failed, because ElevenLabs refused it: the order says why, and the notification what to do', async () => {
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 422, times: 50 })
    const { organization } = await signUp(world)
    await runOrders(world)

    const { orders } = await ask(`/api/admin/orders?organizationId=${organization.id}`)
    const open = await notifications(world, '?status=pending&type=elevenlabs_import_required')

    await control(world, 'DELETE', 'faults')
    expect(orders[0]).toMatchObject({ step: 'import', last_error: expect.any(String) })
    expect(open.map((each) => each.phone_number)).toContain(organization.phoneNumber)
  })

  test('a caller got the wrong greeting, because ElevenLabs asked nobody: explain says so', async () => {
    const { organization } = await signUp(world)
    const path = `/convai/agents/${world.config.elevenLabs.agentId}`
    const asking = (enabled: boolean) => ({
      platform_settings: {
        overrides: { enable_conversation_initiation_client_data_from_webhook: enabled },
      },
    })
    await eleven(world.twins, 'PATCH', path, asking(false))

    const steps = await explain(organization.phoneNumber)

    await eleven(world.twins, 'PATCH', path, asking(true))
    expect(steps.question?.result).toBe('nobody')
    expect(steps.question?.because).toContain('npm run setup:elevenlabs puts it right')
    expect(steps.call?.result).toBe('unverified')
  })
})
