import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { control, notifications, outside, request, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const carriers = [
  [
    'twilio',
    { twilioAuthToken: 'rotated-by-somebody' },
    { twilioAuthToken: 'sandbox-twilio-token' },
  ],
  [
    'elevenlabs',
    { elevenLabsApiKey: 'rotated-by-somebody' },
    { elevenLabsApiKey: 'sandbox-elevenlabs-key' },
  ],
] as const

describe.each(carriers)('wrong credentials at %s', (carrier, wrong, right) => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ settings: { ORDER_MAX_ATTEMPTS: '2', SIGNUP_WAIT_MS: '200' } })
    await control(world, 'POST', 'credentials', wrong)
  })
  afterEach(() => world.stop())

  test('sign-ups are still accepted and one notification tells', async () => {
    const answers = [await signUp(world), await signUp(world), await signUp(world)]

    expect(answers.map(({ answer }) => answer.status)).toEqual([201, 201, 201])
    const problems = await notifications(world, '?status=pending&type=account_problem')
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(carrier === 'twilio' ? /Twilio/ : /ElevenLabs/)
    const attempts = await world.sql('select max(attempts) as most from number_orders')
    expect(attempts).toEqual([{ most: 0 }])
  })

  test('the loop leaves the carrier alone until the pause is over', async () => {
    await signUp(world)
    await world.sql("update carrier_pauses set until = now() + interval '1 hour'")
    const before = await outside(world)

    await world.context.runner.tick(new AbortController().signal)

    expect((await outside(world)).requests).toEqual(before.requests)
  })

  test('once they are put right, every order goes on by itself and the notification is resolved', async () => {
    const answers = [await signUp(world), await signUp(world)]
    await control(world, 'POST', 'credentials', right)

    await runOrders(world)

    for (const { organization, token } of answers) {
      const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
        token,
      })
      expect(body.organization).toMatchObject({
        phoneNumberStatus: 'active',
        phoneNumberError: null,
      })
    }
    expect((await outside(world)).twilio.numbers).toHaveLength(2)
    expect(await notifications(world, '?status=pending')).toEqual([])
  })
})
