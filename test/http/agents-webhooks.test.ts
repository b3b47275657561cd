import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { afterNotice, agentsAtElevenLabs, createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { request, signUp } from '../support/requests.ts'
import { anotherServer } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

const PRE_CALL = '/api/webhooks/elevenlabs/conversation-initiation'

describe('the webhooks of an agent', () => {
  let world: World
  let deployment: string
  beforeAll(async () => {
    world = await startWorld()
    const [row] = await world.sql<{ id: string }>('select id from deployment')
    deployment = row?.id ?? ''
  })
  afterAll(() => stopWithCleanLogs(world))

  const anAgent = async () => {
    const { token } = await signUp(world, { provisionPhone: false })
    const { body } = await createAgent(world, token, { provision_phone: false })
    return { token, id: body.agent_id as string, name: body.agent_name as string }
  }
  type Agent = Awaited<ReturnType<typeof anAgent>>
  const change = ({ token, id }: Agent, words: object, origin = world.origin) =>
    request(origin, 'PATCH', `/api/agents/${id}`, { token, body: words })
  const webhooksOf = async ({ name }: Pick<Agent, 'name'>) => {
    const [agent] = await agentsAtElevenLabs(world, name)
    // biome-ignore lint/suspicious/noExplicitAny: an agent of ElevenLabs is of any shape
    return (agent as any).platform_settings.workspace_overrides
  }
  const wordsOf = async ({ name }: Agent) => {
    const [agent] = await agentsAtElevenLabs(world, name)
    // biome-ignore lint/suspicious/noExplicitAny: an agent of ElevenLabs is of any shape
    return afterNotice((agent as any).conversation_config.agent)
  }
  /** Somebody sets them past this server. */
  const setWebhooks = ({ id }: Pick<Agent, 'id'>, workspace_overrides: object) =>
    eleven(world.twins, 'PATCH', `/convai/agents/${id}`, {
      platform_settings: { workspace_overrides },
    })

  const aWebhook = async (webhook_url: string): Promise<{ webhook_id: string }> =>
    (
      await eleven(world.twins, 'POST', '/workspace/webhooks', {
        settings: { auth_type: 'hmac', name: 'another', webhook_url },
      })
    ).body

  test('that is changed by way of a server the numbers do not point at, stay, and the change is made by the one they do', async () => {
    const agent = await anAgent()
    const before = await webhooksOf(agent)
    const words = { first_message: `Hello ${randomUUID()}` }
    await world.sql('update deployment set public_url = $1', [world.origin])
    const copy = await anotherServer(world, { publicUrl: 'https://copy.example.com' })

    const first = await change(agent, words, copy.origin)
    const second = await change(agent, { prompt: 'Be brief.' }, copy.origin)
    await copy.context.agents.agents.tick(new AbortController().signal)

    expect(first).toMatchObject({ status: 202, body: { change_pending: true } })
    expect(second).toMatchObject({ status: 202, body: { change_pending: true } })
    expect(await wordsOf(agent)).not.toMatchObject(words)
    await world.context.agents.agents.tick(new AbortController().signal)
    expect(await wordsOf(agent)).toMatchObject({ ...words, prompt: { prompt: 'Be brief.' } })
    expect(await webhooksOf(agent)).toEqual(before)
    const shown = await request(world.origin, 'GET', `/api/agents/${agent.id}`, {
      token: agent.token,
    })
    expect(shown.body).toMatchObject({ ...words, prompt: 'Be brief.', change_pending: false })
  })

  test('with a change that was tried too often, are changed at once by way of a server the numbers do not point at, too', async () => {
    const agent = await anAgent()
    const older = { prompt: 'Be brief.' }
    await world.sql(
      'update agents set changes = $2, change_attempts = $3, change_at = now() where elevenlabs_agent_id = $1',
      [agent.id, older, world.config.orders.maxAttempts],
    )
    await world.sql('update deployment set public_url = $1', [world.origin])
    const copy = await anotherServer(world, { publicUrl: 'https://copy.example.com' })
    const words = { first_message: `Hello ${randomUUID()}` }

    expect(await change(agent, words, copy.origin)).toMatchObject({ status: 202 })
    await world.context.agents.agents.tick(new AbortController().signal)

    expect(await wordsOf(agent)).toMatchObject({ ...words, prompt: { prompt: older.prompt } })
  })

  test.each([
    ['somebody else', () => 'https://theirs.example.com/ask'],
    ['another deployment', () => `https://theirs.example.com${PRE_CALL}?deployment=other`],
    [
      'this deployment at an address that it does not know',
      () => `https://copy.example.com${PRE_CALL}?deployment=${deployment}`,
    ],
  ])('that ask %s, stay as they are when its words are changed', async (_whom, url) => {
    const agent = await anAgent()
    const theirs = { url: url(), request_headers: { 'X-Theirs': 'secret' } }
    await setWebhooks(agent, { conversation_initiation_client_data_webhook: theirs })
    const before = await webhooksOf(agent)
    const words = { first_message: `Hello ${randomUUID()}` }

    expect(await change(agent, words)).toMatchObject({ status: 200, body: words })

    expect(await wordsOf(agent)).toMatchObject(words)
    expect(await webhooksOf(agent)).toEqual(before)
    expect(before.conversation_initiation_client_data_webhook).toMatchObject(theirs)
  })

  test('that report to somebody else, stay as they are when its words are changed', async () => {
    const agent = await anAgent()
    const { webhook_id } = await aWebhook('https://theirs.example.com/report')
    await setWebhooks(agent, {
      webhooks: { post_call_webhook_id: webhook_id, events: ['transcript'] },
    })
    const before = await webhooksOf(agent)
    const words = { first_message: `Hello ${randomUUID()}` }

    expect(await change(agent, words)).toMatchObject({ status: 200, body: words })

    expect(await webhooksOf(agent)).toEqual(before)
    expect(before.webhooks).toMatchObject({ post_call_webhook_id: webhook_id })
  })

  test('that it has no more, or with another secret, are ours again when its words are changed', async () => {
    const [agent, asked] = [await anAgent(), await anAgent()]
    const before = await webhooksOf(agent)
    const { webhook_id } = await aWebhook('https://gone.example.com/report')
    await setWebhooks(agent, {
      conversation_initiation_client_data_webhook: null,
      webhooks: { post_call_webhook_id: webhook_id, events: ['transcript'] },
    })
    await eleven(world.twins, 'DELETE', `/workspace/webhooks/${webhook_id}`)
    await setWebhooks(asked, {
      conversation_initiation_client_data_webhook: {
        ...before.conversation_initiation_client_data_webhook,
        request_headers: { 'X-Orgline-Secret': 'another' },
      },
      webhooks: null,
    })

    const words = { first_message: `Hello ${randomUUID()}` }
    expect(await change(agent, words)).toMatchObject({ status: 200 })
    expect(await change(asked, words)).toMatchObject({ status: 200 })

    expect(await webhooksOf(agent)).toEqual(before)
    expect(await webhooksOf(asked)).toEqual(before)
  })

  test('that is made of a template with those of somebody else, are ours', async () => {
    const template = await anAgent()
    const made = await anAgent()
    const { webhook_id } = await aWebhook('https://theirs.example.com/report')
    await setWebhooks(template, {
      conversation_initiation_client_data_webhook: {
        url: 'https://theirs.example.com/ask',
        request_headers: {},
      },
      webhooks: { post_call_webhook_id: webhook_id, events: ['transcript'] },
    })
    await world.restart({ ELEVENLABS_TEMPLATE_AGENT_ID: template.id })

    const duplicate = await anAgent()

    await world.restart({})
    expect(await webhooksOf(duplicate)).toEqual(await webhooksOf(made))
  })
})
