import { describe, expect, test } from 'vitest'
import { runSetup } from '../../support/elevenlabs-setup.ts'
import { call, twinsForTest } from '../support.ts'
import { busyWorld, customer, ourNumber } from './busy-world.ts'
import { misread, readers } from './elevenlabs-schema.ts'
import { elevenLabsSdk } from './elevenlabs-sdk.ts'
import { type Exchange, nameOf, routeOf, twinRoutes } from './routes.ts'

const names = twinRoutes.elevenlabs.map(nameOf)

describe("ElevenLabs' twin, by ElevenLabs' own client", () => {
  test('every route, is one whose answer the client reads', () => {
    expect(Object.keys(readers).toSorted()).toEqual(names.toSorted())
  })

  test('every answer, on every route, is read and holds nothing that the client does not know', async () => {
    const exchanges = await everything()
    expect(misreadIn(exchanges)).toEqual([])
    const asked = new Set(exchanges.map((exchange) => routeOf(names, exchange)))
    expect(names.filter((name) => !asked.has(name))).toEqual([])
  })

  test('a conversation, that has not begun or could not, is read as one that took place', async () => {
    const world = await busyWorld()
    const { client, exchanges } = world.elevenlabs
    const { conversations, twilio } = client.conversationalAi
    const { agentId } = world
    await twilio.registerCall({ agentId, fromNumber: customer, toNumber: ourNumber })
    const [registered] = (await conversations.list()).conversations
    await call(world.twins, 'POST', '/control/answers', { number: customer, result: 'busy' })
    const busyId = await world.dial()
    await world.idle()
    const begun = await conversations.get(String(registered?.conversationId))
    const ended = await conversations.get(busyId)
    expect([begun.status, ended.status]).toEqual(['initiated', 'failed'])
    expect(misreadIn(exchanges)).toEqual([])
  })

  test('the agent of this product, as it was set up, has nothing that the client does not know', async () => {
    const twins = await twinsForTest()
    const { client, exchanges } = elevenLabsSdk(twins)
    const { agentId } = await runSetup(twins)
    const agent = await client.conversationalAi.agents.get(agentId)
    expect(agent.conversationConfig.asr?.userInputAudioFormat).toBe('ulaw_8000')
    expect(misreadIn(exchanges)).toEqual([])
  })
})

describe('the webhooks of the twin', () => {
  test('a finished conversation, is proven and told as the client reads a conversation', async () => {
    const world = await busyWorld()
    const { webhooks } = world.elevenlabs.client
    const [report] = world.line.heardAt('/post-call')
    const secret = secretIn(world.elevenlabs.exchanges)
    const signature = String(report?.get('elevenlabs-signature'))
    const event = await webhooks.constructEvent(String(report?.body), signature, secret)
    expect(event.type).toBe('post_call_transcription')
    expect(misread(readers['get /v1/convai/conversations/*'], event.data)).toEqual([])
    await expect(webhooks.constructEvent('{}', signature, secret)).rejects.toThrow()
  })

  test('a call that did not come about, is proven and told with what Twilio said', async () => {
    const world = await busyWorld()
    await call(world.twins, 'POST', '/control/answers', { number: customer, result: 'busy' })
    await world.dial()
    await world.idle()
    const report = world.line.heardAt('/post-call').at(-1)
    const event = await world.elevenlabs.client.webhooks.constructEvent(
      String(report?.body),
      String(report?.get('elevenlabs-signature')),
      secretIn(world.elevenlabs.exchanges),
    )
    expect(event).toMatchObject({
      type: 'call_initiation_failure',
      data: { failure_reason: 'busy', metadata: { type: 'twilio', body: { To: customer } } },
    })
  })
})

function misreadIn(exchanges: Exchange[]): string[] {
  const lies = exchanges.flatMap((exchange) => {
    const route = routeOf(names, exchange) ?? `${exchange.method} ${exchange.path}`
    return misread(readers[route], exchange.body).map((lie) => `${route}: ${lie}`)
  })
  return [...new Set(lies)]
}

/** The secret of the webhook, which is told when it is made. */
function secretIn(exchanges: Exchange[]): string {
  const made = exchanges.find(({ method, path }) => {
    return method === 'post' && path === '/v1/workspace/webhooks'
  })
  const { webhook_secret: secret = '' } = (made?.body ?? {}) as { webhook_secret?: string }
  return secret
}

/** A tool of a server's, as this product has one. */
const handOver = {
  type: 'webhook' as const,
  name: 'transfer_to_person',
  description: 'Puts the caller through',
  executionMode: 'post_tool_speech' as const,
  apiSchema: {
    url: 'https://example.test/agents/{agent_id}/transfer',
    method: 'POST' as const,
    requestHeaders: { 'X-Secret': 'secret' },
    pathParamsSchema: {
      agent_id: { type: 'string' as const, dynamicVariable: 'system__agent_id' },
    },
    requestBodySchema: {
      type: 'object' as const,
      required: ['call_id'],
      properties: { call_id: { type: 'string' as const, dynamicVariable: 'call_id' } },
    },
  },
}

const toolsOf = (toolId: string) => ({
  toolIds: [toolId],
  builtInTools: {
    transferToNumber: {
      name: 'transfer_to_number',
      params: {
        systemToolType: 'transfer_to_number' as const,
        transfers: [
          {
            transferDestination: { type: 'phone' as const, phoneNumber: '+16045550199' },
            transferType: 'conference' as const,
            condition: 'The caller asks for a person.',
          },
        ],
      },
    },
  },
})

/** What the client was answered that asked for everything that the twin has. */
async function everything(): Promise<Exchange[]> {
  const world = await busyWorld()
  const { agentId, phoneId, conversationId, webhookId } = world
  const { client, exchanges } = world.elevenlabs
  const { conversationalAi: convai } = client

  await convai.phoneNumbers.list()
  await convai.phoneNumbers.listV2()
  await convai.phoneNumbers.get(phoneId)
  await convai.phoneNumbers.update(phoneId, { agentId })
  await convai.agents.list()
  await convai.agents.get(agentId)
  await convai.agents.update(agentId, { name: 'John' })
  const { id: toolId } = await convai.tools.create({ toolConfig: handOver })
  await convai.tools.list()
  await convai.tools.get(toolId)
  await convai.tools.update(toolId, { toolConfig: handOver })
  await convai.agents.update(agentId, {
    conversationConfig: { agent: { prompt: toolsOf(toolId) } },
  })
  await convai.agents.get(agentId)
  const { agentId: copyId } = await convai.agents.duplicate(agentId, { name: 'Copy' })
  await convai.settings.get()
  await client.webhooks.list()
  await client.webhooks.update(webhookId, { isDisabled: false, name: 'other', retryEnabled: true })
  await convai.conversations.list({ summaryMode: 'include' })
  await convai.conversations.get(conversationId)
  await convai.conversations.audio.get(conversationId)
  await convai.conversations.getSignedUrl({ agentId })
  const twiml = await convai.twilio.registerCall({
    agentId,
    fromNumber: customer,
    toNumber: ourNumber,
  })
  expect(twiml).toMatch(/<Response>.*<Stream url="ws:/)

  await convai.conversations.delete(conversationId)
  await convai.phoneNumbers.delete(phoneId)
  await convai.agents.delete(copyId)
  await client.webhooks.delete(webhookId)
  return exchanges
}
