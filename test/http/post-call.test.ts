import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { aConversation, postCall } from '../support/post-call.ts'
import { ADMIN, control, notifications, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('post-call webhook', () => {
  let world: World
  let number: string
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    const { organization } = await signUp(world)
    number = organization.phoneNumber
    organizationId = organization.id
  })
  afterAll(() => world.stop())

  const about = (call: { call_sid: string; caller_id: string }) => ({
    phone: { agent_number: number, external_number: call.caller_id, call_sid: call.call_sid },
  })
  /** On a number that is missing here, by an agent that is ours. */
  const ofOurAgent = (agent_number: string) =>
    aConversation({ agent_id: world.config.elevenLabs.agentId, phone: { agent_number } })
  const callBy = (sid: string) =>
    world.sql('select * from calls where provider_call_id = $1', [sid]).then(([row]) => row)

  test('the end of a call that was announced, closes it with all that is told', async () => {
    const call = aCall(number, { caller_id: '+16045559600' })
    await askInitiation(world, call)

    const answer = await postCall(
      world,
      aConversation({ ...about(call), summary: 'Wants the blue one.' }),
    )

    expect(answer).toMatchObject({ status: 200, body: { result: 'applied' } })
    expect(await callBy(call.call_sid)).toMatchObject({
      organization_id: organizationId,
      status: 'completed',
      duration_seconds: 12,
      cost: '20000',
      summary: 'Wants the blue one.',
      transcript: [
        { role: 'agent', message: 'Hi, this is Jack.' },
        { role: 'user', message: 'Is the blue one there?' },
      ],
    })
  })

  test('what the agent collected, and how the call met its criteria, is kept with the call and shown; what cannot be read is left out', async () => {
    const call = aCall(number, { caller_id: '+16045559640' })
    await askInitiation(world, call)
    const rationale = 'She asked for Saturday.'

    await postCall(
      world,
      aConversation({
        ...about(call),
        analysis: {
          call_successful: 'success',
          transcript_summary: 'A test drive.',
          data_collection_results: {
            visit_day: { value: 'Saturday', rationale, json_schema: { type: 'string' } },
            wants_test_drive: { value: true, rationale },
            budget: { value: 25_000, rationale },
            colour: { value: null, rationale },
            long: { value: 'x'.repeat(5_000) },
            odd: { value: { nested: true } },
            none: 'no object',
          },
          evaluation_criteria_results: {
            booked: { criteria_id: 'booked', result: 'success', rationale },
            polite: { result: 'perhaps' },
          },
        },
      }),
    )

    const row = await callBy(call.call_sid)
    const shown = await request(
      world.origin,
      'GET',
      `/api/organizations/${organizationId}/calls/${row?.id}`,
      { token: ADMIN },
    )
    expect(shown.body.call.collected).toEqual({
      visit_day: 'Saturday',
      wants_test_drive: true,
      budget: 25_000,
      colour: null,
      long: expect.stringMatching(/^x{900,999}/),
    })
    expect(shown.body.call.evaluation).toEqual({
      booked: { result: 'success', rationale },
      polite: { result: 'unknown', rationale: null },
    })
  })

  test('the same event twice, and five times at once, has its effect once', async () => {
    const call = aCall(number, { caller_id: '+16045559601' })
    await askInitiation(world, call)
    const event = aConversation(about(call))

    const answers = [await postCall(world, event)]
    answers.push(...(await Promise.all(Array.from({ length: 5 }, () => postCall(world, event)))))

    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(answers.slice(1).map(({ body }) => body.result)).toEqual(Array(5).fill('duplicate'))
    const rows = await world.sql('select id from calls where provider_call_id = $1', [
      call.call_sid,
    ])
    expect(rows).toHaveLength(1)
  })

  test('the end before the beginning, is recorded for the holder of our number and stays', async () => {
    const call = aCall(number, { caller_id: '+16045559602' })

    const ended = await postCall(world, aConversation({ ...about(call), summary: 'Early bird.' }))
    const begun = await askInitiation(world, call)

    expect(ended.body).toEqual({ result: 'applied' })
    expect(begun.body.dynamic_variables).toMatchObject({
      lead_status: 'Returning Customer',
      previous_summary: 'Early bird.',
    })
    expect(await callBy(call.call_sid)).toMatchObject({
      status: 'completed',
      summary: 'Early bird.',
    })
  })

  test('an event about a number nobody held, is kept and applied when its call appears', async () => {
    const event = ofOurAgent('+12125550000')
    expect((await postCall(world, event)).body).toEqual({ result: 'deferred' })

    await world.sql(
      `insert into calls (organization_id, organization_phone_number_id, direction, conversation_id, from_number, to_number, status)
       select organization_id, id, 'inbound', $1, '+16045559603', '+12125550000', 'in-progress'
       from organization_phone_numbers where organization_id = $2`,
      [event.data.conversation_id, organizationId],
    )
    await world.sql('update webhook_events set next_try_at = now()')
    await world.context.calls.callWatch.tick(new AbortController().signal)

    const rows = await world.sql('select status from calls where conversation_id = $1', [
      event.data.conversation_id,
    ])
    expect(rows).toEqual([{ status: 'completed' }])
    expect(await world.sql('select 1 from webhook_events')).toEqual([])
  })

  test('an event nobody can place for a day, is reported to a person and dropped', async () => {
    const event = ofOurAgent('+12125550001')
    await postCall(world, event)
    await world.sql(
      "update webhook_events set next_try_at = now(), received_at = now() - interval '25 hours'",
    )

    await world.context.calls.callWatch.tick(new AbortController().signal)

    const reported = await notifications(world, '?type=post_call_missed&status=pending')
    expect(reported).toEqual([expect.objectContaining({ phone_number: '+12125550001' })])
    expect(await world.sql('select 1 from webhook_events')).toEqual([])
  })

  const odd: [string, Parameters<typeof aConversation>[0]][] = [
    ['without a duration', { metadata: { call_duration_secs: null } }],
    ['with a negative duration', { metadata: { call_duration_secs: -5 } }],
    ['with a duration of words', { metadata: { call_duration_secs: 'long' } }],
    ['with an absurd beginning', { metadata: { start_time_unix_secs: 9e15 } }],
    ['with a negative cost', { metadata: { cost_fiat: -1 } }],
    ['with turns that are none', { transcript: [null, 3, { role: 'user' }, { message: 'x' }] }],
    ['with a transcript that is none', { transcript: 'hello' }],
    ['with NUL and lone surrogates', { summary: 'a\u0000b\ud800c' }],
    ['with unknown fields', { surprise: { deep: [1] } }],
    ['with an id that is not ours', { user_id: 'customer-7' }],
  ]
  test.each(odd)('an event %s, is stored sanely', async (_circumstance, fields) => {
    const call = aCall(number, { caller_id: '+16045559604' })
    await askInitiation(world, call)
    const event = aConversation({ ...fields, ...about(call) })

    const answer = await postCall(world, event)

    expect(answer).toMatchObject({ status: 200, body: { result: 'applied' } })
    const row = await callBy(call.call_sid)
    expect(row).toMatchObject({ status: 'completed' })
    for (const amount of [row?.duration_seconds, row?.cost]) {
      expect(amount === null || Number(amount) >= 0).toBe(true)
    }
  })

  test.each([['{not json'], ['null'], ['[]'], ['"text"'], ['{"type":"post_call_transcription"}']])(
    'a signed body that tells of no call (%s), is acknowledged and changes nothing',
    async (body) => {
      expect(await postCall(world, body)).toMatchObject({
        status: 200,
        body: { result: 'ignored' },
      })
    },
  )

  test('a transcript of 5 MB, is stored whole, once, by a thread of its own, and the next call is answered with a bounded context', async () => {
    const call = aCall(number, { caller_id: '+16045559605' })
    await askInitiation(world, call)
    const transcript = Array.from({ length: 50 }, () => ({
      role: 'user',
      message: 'x'.repeat(100_000),
    }))

    const parse = vi.spyOn(JSON, 'parse')
    onTestFinished(() => parse.mockRestore())

    const answer = await postCall(world, aConversation({ ...about(call), transcript }))
    const parsedHere = parse.mock.calls.filter(([text]) => text.length > 1_000_000)
    const next = await askInitiation(world, aCall(number, { caller_id: '+16045559605' }))

    expect(answer.status).toBe(200)
    const [stored] = await world.sql(
      'select jsonb_array_length(transcript) as turns from calls where provider_call_id = $1',
      [call.call_sid],
    )
    expect(stored).toEqual({ turns: 50 })
    // Callers are answered by the thread of this test.
    expect(parsedHere).toEqual([])
    expect(next.body.dynamic_variables.conversation_context.length).toBeLessThanOrEqual(4_000)
    expect(next.body.dynamic_variables.organization_id).toBe(organizationId)
  })

  test('a body over 25 MB, is refused as too large', async () => {
    const answer = await postCall(world, `"${'x'.repeat(27_000_000)}"`)

    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  })

  test('a call in the sandbox, ends with its record', async () => {
    const call = await control(world, 'POST', 'calls', {
      from: '+16045559606',
      to: number,
      says: ['Hello there'],
    })

    expect(call.postCall).toMatchObject({ status: 200 })
    expect(await callBy(call.callSid)).toMatchObject({
      status: 'completed',
      organization_id: organizationId,
    })
    const again = await control(world, 'POST', 'calls', { from: '+16045559606', to: number })
    expect(again.variables).toMatchObject({
      lead_status: 'Returning Customer',
      previous_summary: expect.stringContaining('Hello there'),
      conversation_context: expect.stringContaining('Customer: Hello there'),
    })
  })
})
