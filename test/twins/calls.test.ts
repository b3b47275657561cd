import { createHmac } from 'node:crypto'
import express, { type Request, type Response } from 'express'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import {
  authToken,
  call,
  eleven,
  importOf,
  serverForTest,
  twilioClient,
  twinsForTest,
} from './support.ts'

const from = '+17785550100'
const to = '+16045552000'
const variables = { organization_name: 'Premium Auto Sales', customer_name: 'Ann' }

/** An imported number with an agent, and the server that supplies its variables. */
async function line(options: {
  preCall?: (req: Request, res: Response) => void
  platformSettings?: object
  prompt?: string
}) {
  const twins = await twinsForTest()
  const received: { path: string; headers: Request['headers']; raw: string }[] = []
  const app = express().use(express.text({ type: () => true }))
  const answer = options.preCall ?? ((_req, res) => res.json(clientData()))
  app.post('/:path', (req, res) => {
    received.push({ path: req.path, headers: req.headers, raw: req.body })
    if (req.path === '/pre-call') answer(req, res)
    else res.sendStatus(200)
  })
  const origin = await serverForTest(app)
  const created = await eleven(twins, 'POST', '/convai/agents/create', {
    name: 'Jack',
    conversation_config: {
      agent: {
        first_message: 'Hi, this is Jack from {{organization_name}}.',
        prompt: { prompt: options.prompt ?? 'You talk to {{customer_name}} {{system__call_sid}}.' },
      },
    },
    platform_settings: options.platformSettings ?? {
      overrides: { enable_conversation_initiation_client_data_from_webhook: true },
    },
  })
  const { agent_id } = created.body
  await eleven(twins, 'PATCH', '/convai/settings', {
    conversation_initiation_client_data_webhook: {
      url: `${origin}/pre-call`,
      request_headers: { 'X-Orgline-Secret': 'shh' },
    },
  })
  await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: to })
  await eleven(twins, 'POST', '/convai/phone-numbers', importOf(to, { agent_id }))
  return { twins, origin, received, agentId: agent_id as string }
}

function clientData(extra: object = {}) {
  return {
    type: 'conversation_initiation_client_data',
    dynamic_variables: variables,
    user_id: 'call-1',
    ...extra,
  }
}

async function phone(twins: Twins, says: string[] = []) {
  return (await call(twins, 'POST', '/control/calls', { from, to, says })).body
}

describe('control/calls to an agent', () => {
  test('variables supplied, speaks the first message and records the conversation', async () => {
    const { twins, received, agentId } = await line({})
    const reply = await phone(twins, ['I want the red one', 'Bye'])
    expect(reply).toEqual({
      answered: true,
      mode: 'elevenlabs',
      heard: [
        'Hi, this is Jack from Premium Auto Sales.',
        'Thank you, I have made a note of that.',
        'Thank you, I have made a note of that.',
      ],
      agentSaid: 'Hi, this is Jack from Premium Auto Sales.',
      forwardedTo: null,
      recorded: null,
      whispered: null,
      variables,
      callSid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
      conversationId: expect.stringMatching(/^conv_/),
      postCall: null,
    })
    expect(received).toHaveLength(1)
    expect(received[0]?.headers['x-orgline-secret']).toBe('shh')
    expect(JSON.parse(received[0]?.raw ?? '')).toEqual({
      caller_id: from,
      agent_id: agentId,
      called_number: to,
      call_sid: reply.callSid,
      conversation_id: reply.conversationId,
    })
    const path = `/convai/conversations/${reply.conversationId}`
    const conversation = (await eleven(twins, 'GET', path)).body
    expect(conversation).toMatchObject({
      agent_id: agentId,
      status: 'done',
      user_id: 'call-1',
      analysis: {
        transcript_summary: 'The customer called and said: "I want the red one", "Bye".',
      },
      metadata: {
        phone_call: { direction: 'inbound', agent_number: to, external_number: from },
      },
      conversation_initiation_client_data: {
        dynamic_variables: { ...variables, system__called_number: to },
      },
    })
    expect(conversation.metadata.call_duration_secs).toBeGreaterThanOrEqual(1)
    expect(conversation.transcript.map((turn: { role: string }) => turn.role)).toEqual([
      'agent',
      'user',
      'agent',
      'user',
      'agent',
    ])
    const { body: state } = await call(twins, 'GET', '/control/state')
    expect(state.twilio.calls).toMatchObject([
      { sid: reply.callSid, status: 'completed', from, to, direction: 'inbound' },
    ])
    expect(state.elevenlabs.spent).toBeGreaterThan(0)
  })

  test('post-call webhook set, is sent signed with the transcript', async () => {
    const { twins, origin, received } = await line({})
    const settings = { auth_type: 'hmac', name: 'calls', webhook_url: `${origin}/post-call` }
    const { body: webhook } = await eleven(twins, 'POST', '/workspace/webhooks', { settings })
    await eleven(twins, 'PATCH', '/convai/settings', {
      webhooks: { post_call_webhook_id: webhook.webhook_id, events: ['transcript'] },
    })
    const reply = await phone(twins, ['Hello'])
    expect(reply.postCall).toEqual({ status: 200 })
    const event = received.find((each) => each.path === '/post-call')
    expect(JSON.parse(event?.raw ?? '')).toMatchObject({
      type: 'post_call_transcription',
      data: { conversation_id: reply.conversationId, user_id: 'call-1', agent_name: 'Jack' },
    })
    const signature = String(event?.headers['elevenlabs-signature'])
    const [, time, hash] = /^t=(\d+),v0=([0-9a-f]{64})$/.exec(signature) ?? []
    const expected = createHmac('sha256', webhook.webhook_secret)
      .update(`${time}.${event?.raw}`)
      .digest('hex')
    expect(hash).toBe(expected)
  })

  test('post-call webhook out of reach, does not fail the call', async () => {
    const { twins } = await line({})
    const settings = { auth_type: 'hmac', name: 'x', webhook_url: 'http://127.0.0.1:1/' }
    const { body } = await eleven(twins, 'POST', '/workspace/webhooks', { settings })
    await eleven(twins, 'PATCH', '/convai/settings', {
      webhooks: { post_call_webhook_id: body.webhook_id },
    })
    const reply = await phone(twins)
    expect(reply).toMatchObject({ answered: true, postCall: { status: 0 } })
  })

  test.each<[string, Parameters<typeof line>[0], string]>([
    [
      'variable missing',
      { prompt: 'About {{lead_status}}' },
      "Missing required dynamic variables in the first message, the prompt or a tool: 'lead_status'",
    ],
    [
      'webhook not enabled for the agent',
      { platformSettings: {} },
      "Missing required dynamic variables in the first message, the prompt or a tool: 'organization_name', 'customer_name'",
    ],
    [
      'webhook answers an error',
      { preCall: (_req, res) => void res.sendStatus(404) },
      'The conversation initiation webhook answered 404',
    ],
    [
      'webhook answers something else',
      { preCall: (_req, res) => void res.json({ dynamic_variables: variables }) },
      "The conversation initiation webhook's answer is malformed",
    ],
    [
      'override not allowed',
      {
        preCall: (_req, res) => {
          const agent = { first_message: 'Ha' }
          res.json(clientData({ conversation_config_override: { agent } }))
        },
      },
      "Override for field 'agent.first_message' is not allowed by config",
    ],
  ])('%s, ends the call as a failed conversation', async (_name, options, error) => {
    const { twins } = await line(options)
    const reply = await phone(twins)
    expect(reply).toMatchObject({ answered: false, agentSaid: '', postCall: null })
    expect(reply.error).toContain(error)
    const { body } = await eleven(twins, 'GET', `/convai/conversations/${reply.conversationId}`)
    expect(body).toMatchObject({ status: 'failed', transcript: [] })
  })

  test('override allowed by the agent, is spoken', async () => {
    const { twins } = await line({
      platformSettings: {
        overrides: {
          enable_conversation_initiation_client_data_from_webhook: true,
          conversation_config_override: { agent: { first_message: true } },
        },
      },
      preCall: (_req, res) => {
        const agent = { first_message: 'Welcome back, {{customer_name}}' }
        res.json(clientData({ conversation_config_override: { agent } }))
      },
    })
    expect((await phone(twins)).agentSaid).toBe('Welcome back, Ann')
  })

  test('Twilio token changed since the import, is refused by ElevenLabs', async () => {
    const { twins } = await line({})
    await call(twins, 'POST', '/control/credentials', { twilioAuthToken: 'rotated' })
    const reply = await phone(twins)
    expect(reply).toMatchObject({ answered: false, conversationId: null })
    expect(reply.error).toContain('HTTP 403')
    const { refused } = (await call(twins, 'GET', '/control/state')).body
    expect(refused).toMatchObject([{ carrier: 'twilio', operation: 'calls', status: 403 }])
  })

  test('conversations, listed, are filtered by user and time', async () => {
    const { twins } = await line({})
    const { conversationId } = await phone(twins)
    await phone(twins)
    const idsOf = async (query: string) => {
      const { body } = await eleven(twins, 'GET', `/convai/conversations?${query}`)
      return body.conversations.map((row: { conversation_id: string }) => row.conversation_id)
    }
    expect(await idsOf('user_id=call-1')).toHaveLength(2)
    expect((await idsOf('page_size=100')).at(-1)).toBe(conversationId)
    expect(await idsOf('user_id=call-2')).toEqual([])
    expect(await idsOf('call_start_before_unix=1000')).toEqual([])
    expect(await idsOf('call_start_after_unix=1000')).toHaveLength(2)
  })
})

describe('control/calls to an application', () => {
  async function application(voice: (req: Request, res: Response) => void) {
    const received: Request[] = []
    const app = express().use(express.urlencoded({ extended: false }))
    app.post('/:path', (req, res) => {
      received.push(req)
      if (req.path === '/voice') voice(req, res)
      else res.type('text/xml').send('<Response><Say>Sorry</Say></Response>')
    })
    const origin = await serverForTest(app)
    const twins = await twinsForTest()
    const buy = async (settings: object) => {
      await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: to, ...settings })
    }
    return { origin, received, twins, buy }
  }

  test('says and hangs up, is heard and reported to the status callback', async () => {
    const { origin, received, twins, buy } = await application((_req, res) => {
      const twiml =
        '<Response><Say voice="x">We&#39;re closed</Say><Hangup/><Say>No</Say></Response>'
      res.type('text/xml').send(`<?xml version="1.0"?>${twiml}`)
    })
    await buy({ voiceUrl: `${origin}/voice`, statusCallback: `${origin}/status` })
    const reply = await phone(twins)
    expect(reply).toMatchObject({ answered: true, agentSaid: "We're closed", variables: {} })
    const [voice, status] = received
    expect(voice?.body).toMatchObject({
      CallSid: reply.callSid,
      From: from,
      Called: to,
      CallStatus: 'ringing',
      Direction: 'inbound',
    })
    const signature = String(voice?.get('x-twilio-signature'))
    expect(validateRequest(authToken, signature, `${origin}/voice`, voice?.body)).toBe(true)
    expect(status?.body).toMatchObject({ CallSid: reply.callSid, CallStatus: 'completed' })
  })

  test('fails, falls back once with the reason', async () => {
    const { origin, received, twins, buy } = await application((_req, res) => {
      res.status(503).end()
    })
    await buy({ voiceUrl: `${origin}/voice`, voiceFallbackUrl: `${origin}/fallback` })
    expect(await phone(twins)).toMatchObject({ answered: true, agentSaid: 'Sorry' })
    expect(received[1]?.body).toMatchObject({
      ErrorCode: '11200',
      ErrorUrl: `${origin}/voice`,
    })
  })

  test.each<[string, (req: Request, res: Response) => void, string]>([
    ['answers JSON', (_req, res) => void res.json({}), '12300'],
    ['answers broken XML', (_req, res) => void res.type('xml').send('<Response><Say>'), '12100'],
    ['answers nothing', (_req, res) => void res.type('xml').send(''), '12100'],
    [
      'rejects',
      (_req, res) => void res.type('xml').send('<Response><Reject/></Response>'),
      'rejected',
    ],
    [
      'streams to an unknown conversation',
      (_req, res) => {
        const stream = '<Stream url="wss://example.test/conv_x"/>'
        res.type('xml').send(`<Response><Connect>${stream}</Connect></Response>`)
      },
      'no conversation',
    ],
  ])('%s, is not answered', async (_name, voice, error) => {
    const { origin, twins, buy } = await application(voice)
    await buy({ voiceUrl: `${origin}/voice` })
    const reply = await phone(twins)
    expect(reply).toMatchObject({ answered: false, conversationId: null })
    expect(reply.error).toContain(error)
  })

  test('number without voice URL, is not answered; number of nobody is a 404', async () => {
    const { twins, buy } = await application((_req, res) => void res.end())
    const nobody = await call(twins, 'POST', '/control/calls', { from, to })
    expect(nobody.status).toBe(404)
    await buy({})
    expect(await phone(twins)).toMatchObject({ answered: false, error: expect.any(String) })
  })
})
