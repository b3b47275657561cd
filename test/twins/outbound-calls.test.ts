import { describe, expect, test } from 'vitest'
import { releaseHeld, untilHeld } from '../support/held.ts'
import { customer, ourNumber, outboundLine, variables } from './outbound-line.ts'
import { call, eleven, twilioClient } from './support.ts'

describe('outbound call', () => {
  test('customer answers, hears the first message and is recorded at both carriers', async () => {
    const { dial, arrange, idle, conversation, state, request } = await outboundLine()
    await arrange({ says: ['I want the red one', 'Bye'] })
    const reply = await dial()
    expect(reply).toEqual({
      status: 200,
      body: {
        success: true,
        message: expect.any(String),
        conversation_id: expect.stringMatching(/^conv_/),
        callSid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
      },
    })
    expect(await idle()).toEqual({ callsInProgress: 0 })
    const { conversation_id, callSid } = reply.body
    const ended = await conversation(conversation_id)
    expect(ended).toMatchObject({
      agent_id: request.agent_id,
      status: 'done',
      user_id: 'call-1',
      metadata: {
        phone_call: {
          type: 'twilio',
          direction: 'outbound',
          phone_number_id: request.agent_phone_number_id,
          agent_number: ourNumber,
          external_number: customer,
          call_sid: callSid,
          call_result: 'answered',
        },
      },
      analysis: {
        transcript_summary: 'The customer was called and said: "I want the red one", "Bye".',
      },
      conversation_initiation_client_data: {
        user_id: 'call-1',
        dynamic_variables: {
          ...variables,
          system__caller_id: ourNumber,
          system__called_number: customer,
        },
      },
    })
    expect(ended.transcript.map((turn: { message: string }) => turn.message)).toEqual([
      'Hi Ann, this is Jack from Premium Auto Sales.',
      'I want the red one',
      expect.any(String),
      'Bye',
      expect.any(String),
    ])
    const { twilio, elevenlabs, requests } = await state()
    expect(twilio.calls).toMatchObject([
      { sid: callSid, status: 'completed', from: ourNumber, to: customer },
    ])
    expect(twilio.calls[0].direction).toBe('outbound-api')
    expect(Number(twilio.calls[0].duration)).toBe(ended.metadata.call_duration_secs)
    expect(elevenlabs.spent).toBeGreaterThan(0)
    // What ElevenLabs asks of Twilio is not a request of its client.
    expect(requests.elevenlabs.outboundCall).toBe(1)
    expect(requests.twilio['calls.create']).toBeUndefined()
  })

  test('a phone that rings until it is released, is answered then and not before', async () => {
    const { twins, dial, arrange, idle, conversation } = await outboundLine()
    await arrange({ delayMs: null })
    const { body } = await dial()

    await untilHeld({ twins })
    const before = await conversation(body.conversation_id)
    await releaseHeld({ twins })
    await idle()

    expect(before.status).toBe('initiated')
    expect((await conversation(body.conversation_id)).status).toBe('done')
  })

  test('nothing arranged, is answered by a customer who says nothing', async () => {
    const { dial, idle, conversation } = await outboundLine()
    const { body } = await dial()
    await idle()
    expect(await conversation(body.conversation_id)).toMatchObject({
      status: 'done',
      transcript: [{ role: 'agent' }],
    })
  })

  test('customer still to answer, is a conversation that has not begun', async () => {
    const { dial, arrange, conversation, state } = await outboundLine()
    await arrange({ delayMs: 60_000 })
    const { body } = await dial()
    expect(await conversation(body.conversation_id)).toMatchObject({
      status: 'initiated',
      user_id: 'call-1',
      transcript: [],
      metadata: { phone_call: { call_sid: body.callSid, call_result: null } },
    })
    const { twilio, elevenlabs } = await state()
    expect(twilio.calls).toMatchObject([{ status: 'ringing' }])
    expect(elevenlabs.callsInProgress).toBe(1)
  })

  test('close, a customer still to answer, ends at once', async () => {
    const { twins, dial, arrange } = await outboundLine()
    await arrange({ delayMs: 60_000 })
    await dial()
    await twins.close()
  })

  test.each<[string, string, RegExp]>([
    ['invalid destination', '+15005550001', /21217/],
    ['unreachable destination', '+15005550002', /21214/],
    ['destination without permission', '+15005550003', /21215/],
    ['blocked destination', '+15005550004', /21216/],
    ['something that is no number', 'call me', /21211/],
  ])('%s, is refused in a 200 and leaves no trace', async (_name, to_number, message) => {
    const { dial, state } = await outboundLine()
    expect(await dial({ to_number })).toEqual({
      status: 200,
      body: {
        success: false,
        message: expect.stringMatching(message),
        conversation_id: null,
        callSid: null,
      },
    })
    const { twilio, elevenlabs } = await state()
    expect(twilio.calls).toEqual([])
    expect(elevenlabs.conversations).toEqual([])
  })

  test('number released to Twilio, is refused in a 200', async () => {
    const { twins, dial, numberSid } = await outboundLine()
    await twilioClient(twins).incomingPhoneNumbers(numberSid).remove()
    const { status, body } = await dial()
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: false, message: expect.stringContaining('21210') })
  })

  test('Twilio token changed since the import, is refused in a 200', async () => {
    const { twins, dial } = await outboundLine()
    await call(twins, 'POST', '/control/credentials', { twilioAuthToken: 'rotated' })
    const { status, body } = await dial()
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: false, message: expect.stringContaining('20003') })
  })

  test('number without outbound calls, is refused in a 200 before Twilio is asked', async () => {
    const { dial, state } = await outboundLine({ supportsOutbound: false })
    expect(await dial()).toMatchObject({
      status: 200,
      body: { success: false, message: expect.stringContaining('outbound'), callSid: null },
    })
    expect((await state()).twilio.calls).toEqual([])
  })

  test.each(['agent_id', 'agent_phone_number_id', 'to_number'])(
    '%s missing, is a 422 that names it',
    async (field) => {
      const { dial } = await outboundLine()
      const { status, body } = await dial({ [field]: undefined })
      expect(status).toBe(422)
      expect(body.detail).toEqual([expect.objectContaining({ loc: ['body', field] })])
    },
  )

  test.each(['agent_id', 'agent_phone_number_id'])(
    '%s unknown, is a 404 and nobody is dialled',
    async (field) => {
      const { dial, state } = await outboundLine()
      expect(await dial({ [field]: 'nobody' })).toMatchObject({
        status: 404,
        body: { detail: { status: 'not_found' } },
      })
      expect((await state()).twilio.calls).toEqual([])
    },
  )

  test.each<[string, object, string]>([
    [
      'variable missing',
      { dynamic_variables: { customer_name: 'Ann' } },
      "Missing required dynamic variables in the first message, the prompt or a tool: 'organization_name'",
    ],
    [
      'override not allowed',
      {
        dynamic_variables: variables,
        conversation_config_override: { agent: { first_message: 'Ha' } },
      },
      "Override for field 'agent.first_message' is not allowed by config",
    ],
  ])('%s, is dialled and fails when the customer answers', async (_name, data, reason) => {
    const { dial, idle, conversation, state, received } = await outboundLine()
    const { body } = await dial({ conversation_initiation_client_data: data })
    expect(body.success).toBe(true)
    await idle()
    expect(await conversation(body.conversation_id)).toMatchObject({
      status: 'failed',
      transcript: [],
      metadata: { termination_reason: expect.stringContaining(reason) },
    })
    expect((await state()).twilio.calls).toMatchObject([{ status: 'completed', duration: '0' }])
    expect(received).toEqual([])
  })
})

describe('outbound call under faults', () => {
  const fault = (twins: Parameters<typeof call>[0], kind: string, more: object = {}) =>
    call(twins, 'POST', '/control/faults', {
      carrier: 'elevenlabs',
      operation: 'outboundCall',
      kind,
      ...more,
    })

  test.each([
    ['lost_reply', { ms: 1 }],
    ['late', { ms: 1 }],
  ])('%s, the call takes place and is found by its user id', async (kind, more) => {
    const { twins, dial, idle, received } = await outboundLine()
    await fault(twins, kind, more)
    await expect(dial()).rejects.toThrow()
    const path = '/convai/conversations?user_id=call-1'
    const found = async () => (await eleven(twins, 'GET', path)).body.conversations
    await expect.poll(found).toHaveLength(1)
    await idle()
    expect(await found()).toMatchObject([{ status: 'done', direction: 'outbound' }])
    expect(received).toHaveLength(1)
  })

  test.each([
    ['error', { status: 503 }],
    ['timeout', { ms: 1 }],
  ])('%s, nobody is dialled', async (kind, more) => {
    const { twins, dial, state } = await outboundLine()
    await fault(twins, kind, more)
    await dial().catch(() => undefined)
    const { twilio, elevenlabs } = await state()
    expect(twilio.calls).toEqual([])
    expect(elevenlabs.conversations).toEqual([])
  })
})

describe('control/answers', () => {
  test('arranged twice for a number, the later one holds until all are cleared', async () => {
    const { twins, arrange, dial, idle, conversation } = await outboundLine()
    const answers = async () => (await call(twins, 'GET', '/control/answers')).body.answers
    await arrange({ result: 'busy' })
    const later = await arrange({ result: 'no-answer' })
    expect(later).toEqual({
      status: 201,
      body: { number: customer, result: 'no-answer', says: [], delayMs: 0 },
    })
    expect(await answers()).toEqual([later.body])
    const outcomes: string[] = []
    for (const _ of [1, 2]) {
      const { body } = await dial()
      await idle()
      const { metadata } = await conversation(body.conversation_id)
      outcomes.push(metadata.phone_call.call_result)
    }
    expect(outcomes).toEqual(['no_answer', 'no_answer'])
    const cleared = await call(twins, 'DELETE', '/control/answers')
    expect(cleared.body).toEqual({ answers: [] })
    expect(await answers()).toEqual([])
  })

  test.each([
    ['unknown result', { result: 'asleep' }, 'result'],
    ['negative delay', { delayMs: -1 }, 'delayMs'],
    ['unknown key', { colour: 'red' }, 'colour'],
  ])('%s, is a 400 that says so', async (_name, reaction, word) => {
    const { arrange } = await outboundLine()
    const { status, body } = await arrange(reaction)
    expect(status).toBe(400)
    expect(body.detail).toContain(word)
  })
})
