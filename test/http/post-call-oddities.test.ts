import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aConversation, aFailure, postCall } from '../support/post-call.ts'
import { notifications, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const minutesAgo = (minutes: number) => Math.floor(Date.now() / 1_000) - minutes * 60

const tooLong = randomBytes(8_000).toString('hex')

describe('post-call events out of the ordinary', () => {
  let world: World
  let number: string
  let customers = 0
  beforeAll(async () => {
    world = await startWorld()
    const { organization } = await signUp(world)
    number = organization.phoneNumber
    await world.sql("update organization_phone_numbers set assigned_at = now() - interval '1 day'")
  })
  afterAll(() => world.stop())

  const aCustomer = () => `+1604555${4000 + customers++}`
  const tick = () => world.context.calls.callWatch.tick(new AbortController().signal)
  const callBy = (sid: string) =>
    world.sql('select * from calls where provider_call_id = $1', [sid]).then(([row]) => row)
  const memoryOf = async (customer: string) => {
    const { body } = await askInitiation(world, aCall(number, { caller_id: customer }))
    return body.dynamic_variables
  }
  const announced = async (customer = aCustomer()) => {
    const call = aCall(number, { caller_id: customer })
    await askInitiation(world, call)
    return {
      sid: call.call_sid,
      customer,
      phone: { agent_number: number, external_number: customer, call_sid: call.call_sid },
    }
  }

  test('an absurd cost, is no cost', async () => {
    const call = await announced()

    const answer = await postCall(
      world,
      aConversation({ phone: call.phone, metadata: { cost_fiat: 1e13 } }),
    )

    expect(answer).toMatchObject({ status: 200, body: { result: 'applied' } })
    expect(await callBy(call.sid)).toMatchObject({ status: 'completed', cost: null })
  })

  test('ids and numbers too long to be any, are acknowledged and taken for not told', async () => {
    const answers = [
      await postCall(world, aConversation({ conversation_id: tooLong })),
      await postCall(
        world,
        aFailure(
          world.config.elevenLabs.agentId,
          { from: number, to: aCustomer() },
          { conversationId: tooLong },
        ),
      ),
      await postCall(world, aConversation({ phone: { agent_number: number, call_sid: tooLong } })),
      await postCall(world, aConversation({ phone: { agent_number: tooLong } })),
      await postCall(
        world,
        aFailure(world.config.elevenLabs.agentId, { from: tooLong, to: tooLong }),
      ),
    ]

    expect(answers.map(({ status, body }) => [status, body.result])).toEqual([
      [200, 'ignored'],
      [200, 'ignored'],
      [200, 'applied'],
      [200, 'deferred'],
      [200, 'deferred'],
    ])
  })

  test('a kept event that cannot be stored, keeps no other work from being done, and is told after a day', async () => {
    const call = await announced()
    await world.sql(
      `insert into webhook_events (event_key, event, next_try_at)
       values ('poison', jsonb_build_object('conversation_id', 'conv_poison', 'provider_call_id', $1::text, 'cost', '1e99', 'started_at', now()), now() - interval '1 hour')`,
      [call.sid],
    )
    const { agentId } = world.config.elevenLabs
    const other = aConversation({ agent_id: agentId, phone: { agent_number: '+12125550000' } })
    await postCall(world, other)
    await world.sql('update calls set conversation_id = $1 where provider_call_id = $2', [
      other.data.conversation_id,
      (await announced()).sid,
    ])
    await world.sql('update webhook_events set next_try_at = now() where next_try_at > now()')

    await tick()
    const left = await world.sql(
      "select next_try_at > now() as later from webhook_events where event_key = 'poison'",
    )
    const applied = await world.sql('select status from calls where conversation_id = $1', [
      other.data.conversation_id,
    ])
    await world.sql(
      "update webhook_events set next_try_at = now(), received_at = now() - interval '25 hours' where event_key = 'poison'",
    )
    await tick()

    expect(left).toEqual([{ later: true }])
    expect(applied).toEqual([{ status: 'completed' }])
    const reported = await notifications(world, '?type=post_call_missed&status=pending')
    expect(reported.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/conv_poison.*could not be stored/),
    )
  })

  test('the end of an older call, told late, does not take the place of the newer memory', async () => {
    const customer = aCustomer()
    const reported = (minutes: number, words: string) =>
      postCall(
        world,
        aConversation({
          summary: words,
          transcript: [{ role: 'user', message: words }],
          metadata: { start_time_unix_secs: minutesAgo(minutes) },
          phone: { agent_number: number, external_number: customer },
        }),
      )
    await reported(10, 'The newer.')
    await reported(30, 'The older.')

    expect(await memoryOf(customer)).toMatchObject({
      previous_summary: 'The newer.',
      conversation_context: 'Customer: The older.\nCustomer: The newer.',
    })
  })

  test.each([
    ['the near', minutesAgo(-3)],
    ['the far', 4_000_000_000],
  ])('a beginning in %s future, does not outlast what is said later', async (_when, start) => {
    const call = await announced()
    await postCall(
      world,
      aConversation({
        phone: call.phone,
        metadata: { start_time_unix_secs: start },
        transcript: Array.from({ length: 10 }, () => ({ role: 'user', message: 'old' })),
      }),
    )
    await twilioPost(world, SMS_PATH, aText(number, { From: call.customer, Body: 'the news' }))

    expect((await memoryOf(call.customer)).conversation_context).toMatch(/Customer: the news$/)
    const [row] = await world.sql(
      'select started_at <= now() as past from calls where provider_call_id = $1',
      [call.sid],
    )
    expect(row).toEqual({ past: true })
  })

  test('an end without any id of ours, is of the call that just began between the two numbers', async () => {
    const call = await announced()

    await postCall(world, aConversation({ phone: { ...call.phone, call_sid: '' } }))

    const rows = await world.sql(
      'select status, provider_call_id from calls where from_number = $1',
      [call.customer],
    )
    expect(rows).toEqual([{ status: 'completed', provider_call_id: call.sid }])
  })

  test('an end without any id of ours, long after, is of another call than the one that began', async () => {
    const call = await announced()

    await postCall(
      world,
      aConversation({
        phone: { ...call.phone, call_sid: '' },
        metadata: { start_time_unix_secs: minutesAgo(60) },
      }),
    )

    expect(await callBy(call.sid)).toMatchObject({ status: 'in-progress' })
  })

  test.each([
    ['before', true],
    ['after', false],
  ])(
    'an end without a duration, which Twilio tells %s it, has the one Twilio tells',
    async (_when, isReported) => {
      const call = await announced()
      const status = () =>
        twilioPost(world, '/api/webhooks/twilio/call-status', {
          CallSid: call.sid,
          CallStatus: 'completed',
          CallDuration: '65',
        })
      if (isReported) await status()
      const metadata = { call_duration_secs: -5 }
      await postCall(world, aConversation({ phone: call.phone, metadata }))
      if (!isReported) await status()

      expect(await callBy(call.sid)).toMatchObject({ status: 'completed', duration_seconds: 65 })
    },
  )

  test('a failure after the end, leaves the call ended', async () => {
    const call = await announced()
    const end = aConversation({ phone: call.phone })
    await postCall(world, end)

    const late = await postCall(
      world,
      aFailure(
        world.config.elevenLabs.agentId,
        { from: number, to: call.customer },
        { conversationId: end.data.conversation_id },
      ),
    )

    expect(late.body).toEqual({ result: 'duplicate' })
    expect(await callBy(call.sid)).toMatchObject({ status: 'completed', failure_reason: null })
  })

  test('more turns than hours of talk have, leave the newest', async () => {
    const call = await announced()
    const transcript = Array.from({ length: 6_000 }, (_, n) => ({ role: 'user', message: `t${n}` }))

    await postCall(world, aConversation({ phone: call.phone, transcript }))

    const row = await callBy(call.sid)
    expect(row?.transcript).toHaveLength(5_000)
    expect(row?.transcript).toContainEqual({ role: 'user', message: 't5999' })
  })
})
