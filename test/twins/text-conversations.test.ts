import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { eleven, serverForTest, twinsForTest } from './support.ts'

const open = {
  overrides: {
    conversation_config_override: {
      conversation: { text_only: true },
      agent: { first_message: true },
    },
  },
}
const events = ['ping', 'agent_response', 'agent_response_correction', 'client_tool_call']

const beginning = {
  type: 'conversation_initiation_client_data',
  dynamic_variables: { organization_name: 'Premium Auto Sales' },
  user_id: 'turn-1',
  conversation_config_override: { conversation: { text_only: true }, agent: { first_message: '' } },
}

/** An agent, and a client that has opened a conversation with it by a signed URL. */
async function conversation(
  options: {
    platform?: object
    clientEvents?: string[]
    prompt?: string
    fault?: object
    path?: string
  } = {},
) {
  const { platform = open, clientEvents = events, prompt = 'You write.' } = options
  const twins = await twinsForTest()
  const { body: agent } = await eleven(twins, 'POST', '/convai/agents/create', {
    name: 'Jack',
    conversation_config: {
      agent: { first_message: 'Hi from {{organization_name}}', prompt: { prompt } },
      conversation: { client_events: clientEvents },
    },
    platform_settings: { auth: { enable_auth: true }, ...platform },
  })
  if (options.fault)
    await fetch(`${twins.origin}/control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        carrier: 'elevenlabs',
        operation: 'textConversation',
        ...options.fault,
      }),
    })
  const signed = await eleven(
    twins,
    'GET',
    `/convai/conversation/get-signed-url?agent_id=${agent.agent_id}`,
  )
  const socket = new WebSocket(signed.body.signed_url)
  onTestFinished(() => socket.terminate())
  // biome-ignore lint/suspicious/noExplicitAny: frames of every shape
  const heard: any[] = []
  socket.on('message', (data) => void heard.push(JSON.parse(String(data))))
  const closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }))
  await once(socket, 'open')
  return {
    twins,
    agentId: agent.agent_id as string,
    heard,
    closed,
    socket,
    say: (frame: object) => socket.send(JSON.stringify(frame)),
    hears: (type: string) => expect.poll(() => heard.find((frame) => frame.type === type)),
    row: async () => {
      const { body } = await eleven(twins, 'GET', '/convai/conversations')
      const id = body.conversations[0].conversation_id
      return (await eleven(twins, 'GET', `/convai/conversations/${id}`)).body
    },
  }
}

describe('a conversation in writing', () => {
  test('of an agent that allows it, answers what it is asked, and says nothing before', async () => {
    const { say, hears, heard } = await conversation()

    say(beginning)
    await hears('conversation_initiation_metadata').toMatchObject({
      conversation_initiation_metadata_event: { conversation_id: expect.stringMatching(/^conv_/) },
    })
    say({ type: 'user_message', text: 'Hello' })

    await hears('agent_response').toMatchObject({
      agent_response_event: {
        agent_response: 'This is Premium Auto Sales. I have noted: Hello',
        event_id: expect.any(Number),
      },
    })
    expect(heard).toHaveLength(2)
  })

  test('that is over, is charged for and reported as text only, with what it was told', async () => {
    const { say, hears, socket, row } = await conversation()
    say(beginning)
    say({ type: 'user_message', text: 'Hello' })
    await hears('agent_response').toBeDefined()

    socket.close()

    await expect.poll(row).toMatchObject({
      status: 'done',
      user_id: 'turn-1',
      metadata: { text_only: true, phone_call: null, cost_fiat: 0.003333 },
    })
  })

  test('that is over, is sent to the post-call webhook', async () => {
    const reports: string[] = []
    const origin = await serverForTest((req, res) => {
      let body = ''
      req.on('data', (chunk) => {
        body += chunk
      })
      req.on('end', () => {
        reports.push(body)
        res.end()
      })
    })
    const { twins, say, hears, socket } = await conversation()
    const settings = { auth_type: 'hmac', name: 'calls', webhook_url: `${origin}/post-call` }
    const { body: webhook } = await eleven(twins, 'POST', '/workspace/webhooks', { settings })
    await eleven(twins, 'PATCH', '/convai/settings', {
      webhooks: { post_call_webhook_id: webhook.webhook_id, events: ['transcript'] },
    })
    say(beginning)
    say({ type: 'user_message', text: 'Hello' })
    await hears('agent_response').toBeDefined()

    socket.close()

    await expect
      .poll(() => reports.map((text) => JSON.parse(text)))
      .toMatchObject([{ type: 'post_call_transcription', data: { metadata: { text_only: true } } }])
  })

  test.each([
    [
      'text_only',
      { overrides: { conversation_config_override: { agent: { first_message: true } } } },
    ],
    [
      'first_message',
      { overrides: { conversation_config_override: { conversation: { text_only: true } } } },
    ],
  ])(
    'with an override that the agent does not allow (%s), ends with an error and a close',
    async (field, platform) => {
      const { say, hears, closed, row } = await conversation({ platform })

      say(beginning)

      await hears('error').toMatchObject({ error_event: { code: 1008 } })
      expect(await closed).toEqual({ code: 1008, reason: expect.stringContaining(field) })
      expect(await row()).toMatchObject({ status: 'failed' })
    },
  )

  test('without a variable that the agent uses, ends as a call does', async () => {
    const { say, closed } = await conversation({ prompt: 'You talk to {{customer_name}}.' })

    say(beginning)

    expect((await closed).reason).toContain('Missing required dynamic variables')
  })

  test('whose agent does not tell its answers, shows none', async () => {
    const { say, row, heard } = await conversation({ clientEvents: ['audio'] })

    say(beginning)
    say({ type: 'user_message', text: 'Hello' })

    await expect.poll(async () => (await row()).transcript).toHaveLength(2)
    expect(heard.map(({ type }) => type)).toEqual(['conversation_initiation_metadata'])
  })

  test('with a ping, goes on once that is answered', async () => {
    const { say, hears, heard } = await conversation({ fault: { kind: 'ping' } })
    say(beginning)
    say({ type: 'user_message', text: 'Hello' })
    await hears('ping').toBeDefined()

    say({ type: 'pong', event_id: heard.at(-1).ping_event.event_id })

    await hears('agent_response').toBeDefined()
  })

  test('with a greeting all the same, has it before anything is asked', async () => {
    const { say, hears } = await conversation({ fault: { kind: 'greeting' } })

    say(beginning)

    await hears('agent_response').toMatchObject({
      agent_response_event: { agent_response: 'Hi from Premium Auto Sales' },
    })
  })

  test('with a greeting that comes late, has it before the answer, however early it was asked', async () => {
    const { say, heard } = await conversation({ fault: { kind: 'greeting', ms: 50 } })

    say(beginning)
    say({ type: 'user_message', text: 'Hello' })

    await expect
      .poll(() => heard.flatMap(({ agent_response_event: event }) => event?.agent_response ?? []))
      .toEqual(['Hi from Premium Auto Sales', expect.stringContaining('I have noted: Hello')])
  })

  test('with words that are none of the protocol, is closed', async () => {
    const { say, closed } = await conversation()

    say({ type: 'user_shout', text: 'Hello' })

    expect((await closed).code).toBe(1008)
  })

  test('by the id of an agent that asks for a token, or a wrong signature, is refused', async () => {
    const { twins, agentId } = await conversation()
    const base = `${twins.origin.replace('http', 'ws')}/elevenlabs/v1/convai/conversation`

    for (const query of ['', '&conversation_signature=9999999999.00']) {
      const socket = new WebSocket(`${base}?agent_id=${agentId}${query}`)
      const [error] = await once(socket, 'error')
      expect(String(error)).toContain('403')
    }
  })
})
