import { describe, expect, test } from 'vitest'
import { from, ownLine, to, twiml } from './own-line.ts'
import { apiKey, call, eleven, importOf, twilioClient } from './support.ts'

const variables = { organization_name: 'Premium Auto Sales', customer_name: 'Ann' }
const clientData = { dynamic_variables: variables, user_id: 'call-1' }

/** An agent, and a number whose server registers each call with it, `changes` in the request. */
async function registeringLine(
  options: {
    audio?: string
    prompt?: string
    changes?: object
    instead?: string
    replay?: boolean
  } = {},
) {
  const { audio = 'ulaw_8000', prompt = 'You talk to {{customer_name}}.' } = options
  const line = await ownLine(async (req, res) => {
    const numbers = { from_number: req.body.From, to_number: req.body.To }
    const answer = options.replay && first ? first : await register(numbers)
    first = answer
    if (options.instead !== undefined) return twiml(res, options.instead)
    res.status(answer.status).type('text/xml').send(answer.text)
  })
  let first: Awaited<ReturnType<typeof register>> | undefined
  const { twins, origin } = line
  const created = await eleven(twins, 'POST', '/convai/agents/create', {
    name: 'Jack',
    conversation_config: {
      agent: {
        first_message: 'Hi, this is Jack from {{organization_name}}.',
        prompt: { prompt },
      },
      asr: { user_input_audio_format: audio },
      tts: { agent_output_audio_format: audio },
    },
    platform_settings: {
      overrides: { enable_conversation_initiation_client_data_from_webhook: true },
    },
  })
  const agentId: string = created.body.agent_id
  const settings = { auth_type: 'hmac', name: 'calls', webhook_url: `${origin}/post-call` }
  const { body: webhook } = await eleven(twins, 'POST', '/workspace/webhooks', { settings })
  await eleven(twins, 'PATCH', '/convai/settings', {
    conversation_initiation_client_data_webhook: { url: `${origin}/pre-call` },
    webhooks: { post_call_webhook_id: webhook.webhook_id, events: ['transcript'] },
  })

  async function register(request: object) {
    const response = await fetch(`${twins.origin}/elevenlabs/v1/convai/twilio/register-call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'xi-api-key': apiKey },
      body: JSON.stringify({
        agent_id: agentId,
        from_number: from,
        to_number: to,
        conversation_initiation_client_data: clientData,
        ...request,
        ...options.changes,
      }),
    })
    const type = response.headers.get('content-type')
    return { status: response.status, type, text: await response.text() }
  }

  const conversations = async () =>
    (await call(twins, 'GET', '/control/state')).body.elevenlabs.conversations
  return { ...line, agentId, register, conversations }
}

describe('registerCall', () => {
  test('number never imported, answers with TwiML that names the conversation', async () => {
    const { register, conversations } = await registeringLine()
    const answer = await register({ direction: 'outbound' })
    expect(answer.status).toBe(200)
    expect(answer.type).toContain('text/html')
    const [row] = await conversations()
    expect(answer.text).toMatch(
      new RegExp(
        `<Connect><Stream url="ws://[^"]+"><Parameter name="conversation_id" value="${row.conversation_id}"/></Stream></Connect>`,
      ),
    )
    expect(row).toMatchObject({
      status: 'initiated',
      transcript: [],
      metadata: { phone_call: { direction: 'outbound', agent_number: from, external_number: to } },
    })
  })

  test.each<[string, Parameters<typeof registeringLine>[0], number, string]>([
    ['agent with other audio', { audio: 'pcm_16000' }, 400, 'ulaw_8000'],
    ['unknown agent', { changes: { agent_id: 'agent_x' } }, 404, 'not_found'],
    ['number missing', { changes: { to_number: undefined } }, 422, 'to_number'],
    ['wrong direction', { changes: { direction: 'sideways' } }, 422, 'direction'],
  ])('%s, is refused with the reason', async (_name, options, status, word) => {
    const { register, conversations } = await registeringLine(options)
    const answer = await register({})
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(word)
    expect(await conversations()).toEqual([])
  })
})

describe('control/calls to a server that registers its calls', () => {
  test('variables given, is greeted, talks, and is told of at the end', async () => {
    const { twins, phone, heardAt, agentId } = await registeringLine()
    const reply = await phone(['The red one'])
    expect(reply).toMatchObject({
      answered: true,
      mode: 'server',
      heard: [
        'Hi, this is Jack from Premium Auto Sales.',
        'Thank you, I have made a note of that.',
      ],
      agentSaid: 'Hi, this is Jack from Premium Auto Sales.',
      variables,
      postCall: { status: 200 },
    })
    expect(heardAt('/pre-call')).toEqual([])
    expect(heardAt('/status')[0]?.body).toMatchObject({
      CallSid: reply.callSid,
      CallStatus: 'completed',
      CallDuration: '9',
    })
    const [event] = heardAt('/post-call')
    expect(JSON.parse(event?.body)).toMatchObject({
      type: 'post_call_transcription',
      data: {
        agent_id: agentId,
        conversation_id: reply.conversationId,
        user_id: 'call-1',
        status: 'done',
        metadata: {
          phone_call: {
            direction: 'inbound',
            call_sid: reply.callSid,
            agent_number: to,
            external_number: from,
          },
        },
        conversation_initiation_client_data: { dynamic_variables: variables },
      },
    })
    const { body } = await call(twins, 'GET', '/control/state')
    expect(body.elevenlabs.phoneNumbers).toEqual([])
  })

  test('variable missing, is cut off at the start', async () => {
    const { phone, heardAt, conversations } = await registeringLine({ prompt: '{{lead_status}}' })
    const reply = await phone()
    expect(reply).toMatchObject({ answered: false, heard: [], agentSaid: '', postCall: null })
    expect(reply.error).toContain("'lead_status'")
    expect(await conversations()).toMatchObject([
      { conversation_id: reply.conversationId, status: 'failed' },
    ])
    expect(heardAt('/post-call')).toEqual([])
  })

  test('conversation of an earlier call, is led nowhere', async () => {
    const { phone } = await registeringLine({ replay: true })
    expect(await phone()).toMatchObject({ answered: true })
    const reply = await phone()
    expect(reply).toMatchObject({ answered: false, conversationId: null })
    expect(reply.error).toContain('no conversation of this call')
  })

  test('answer not passed on, leaves a conversation that never began', async () => {
    const { phone, conversations } = await registeringLine({ instead: '<Say>Sorry</Say>' })
    expect(await phone()).toMatchObject({ agentSaid: 'Sorry', conversationId: null })
    expect(await conversations()).toMatchObject([{ status: 'initiated' }])
  })

  test.each(['error', 'garbage'])('fault %s on registerCall, comes to the server', async (kind) => {
    const { twins, phone } = await registeringLine()
    const fault = { carrier: 'elevenlabs', operation: 'registerCall', kind }
    await call(twins, 'POST', '/control/faults', fault)
    expect(await phone()).toMatchObject({ answered: false, conversationId: null })
    expect(await phone()).toMatchObject({ answered: true })
  })

  test('number imported and taken back, follows its voice URL each time', async () => {
    const { twins, phone, agentId, origin, heardAt, numberSid } = await registeringLine()
    const wanted = importOf(to, { agent_id: agentId })
    expect((await phone()).mode).toBe('server')
    await eleven(twins, 'POST', '/convai/phone-numbers', wanted)
    expect((await phone()).mode).toBe('elevenlabs')
    expect(heardAt('/pre-call')).toHaveLength(1)
    await twilioClient(twins)
      .incomingPhoneNumbers(numberSid)
      .update({ voiceUrl: `${origin}/voice` })
    expect(await phone()).toMatchObject({ mode: 'server', answered: true })
  })
})
