import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { changesOf, INIT_SECRET, runSetup, workspaceOf } from '../support/elevenlabs-setup.ts'
import { eleven, twinsForTest } from '../twins/support.ts'

const HERE = 'https://line.example.com'
const THERE = 'https://new.example.com'
const OTHER = { id: 'bbbbbbbb' }
const preCall = (address: string) => `${address}/api/webhooks/elevenlabs/conversation-initiation`
const postCall = (address: string) => `${address}/api/webhooks/elevenlabs/post-call`

/** The URLs that an agent's own settings name. */
async function webhooksOf(twins: Twins, agentId: string) {
  const { agents, webhooks } = await workspaceOf(twins)
  const agent = agents.find((each: { agent_id: string }) => each.agent_id === agentId)
  const own = agent.platform_settings.workspace_overrides
  const reported = webhooks.find(
    (each: { webhook_id: string }) => each.webhook_id === own?.webhooks?.post_call_webhook_id,
  )
  return {
    asked: own?.conversation_initiation_client_data_webhook?.url,
    reported: reported?.webhook_url,
  }
}

/** A first run's deployment, as its .env is after it. */
async function deploymentIn(twins: Twins, id?: string, address = HERE) {
  const { agentId, webhookSecret } = await runSetup(
    twins,
    { PUBLIC_URL: address },
    id ? { id } : {},
  )
  return { ELEVENLABS_AGENT_ID: agentId, ELEVENLABS_WEBHOOK_SECRET: webhookSecret }
}

/** A workspace as set-ups left it that knew no agents' own webhooks. */
async function setUpOfBefore(twins: Twins, address = HERE) {
  const settings = await deploymentIn(twins)
  const agent = `/convai/agents/${settings.ELEVENLABS_AGENT_ID}`
  await eleven(twins, 'PATCH', agent, {
    platform_settings: {
      workspace_overrides: { conversation_initiation_client_data_webhook: null, webhooks: null },
    },
  })
  for (const each of (await workspaceOf(twins)).webhooks)
    await eleven(twins, 'DELETE', `/workspace/webhooks/${each.webhook_id}`)
  const { body: webhook } = await eleven(twins, 'POST', '/workspace/webhooks', {
    settings: { auth_type: 'hmac', name: 'Orgline post-call', webhook_url: postCall(address) },
  })
  await eleven(twins, 'PATCH', '/convai/settings', {
    conversation_initiation_client_data_webhook: {
      url: preCall(address),
      request_headers: { 'X-Orgline-Secret': INIT_SECRET },
    },
    webhooks: { post_call_webhook_id: webhook.webhook_id, events: ['transcript'] },
  })
  return { ...settings, ELEVENLABS_WEBHOOK_SECRET: webhook.webhook_secret as string }
}

describe('setUpElevenLabs, of two deployments in one workspace', () => {
  test('run by the second, without an agent: gives it one of its own, and leaves the first as it was', async () => {
    const twins = await twinsForTest()
    const first = await deploymentIn(twins)
    const before = await webhooksOf(twins, first.ELEVENLABS_AGENT_ID)

    const second = await deploymentIn(twins, OTHER.id, THERE)

    expect(second.ELEVENLABS_AGENT_ID).not.toBe(first.ELEVENLABS_AGENT_ID)
    expect(await webhooksOf(twins, first.ELEVENLABS_AGENT_ID)).toEqual(before)
    expect(await webhooksOf(twins, second.ELEVENLABS_AGENT_ID)).toEqual({
      asked: `${preCall(THERE)}?deployment=${OTHER.id}`,
      reported: `${postCall(THERE)}?deployment=${OTHER.id}`,
    })
  })

  test.each([
    ['its own', deploymentIn],
    ['those of the workspace', setUpOfBefore],
  ])(
    'run with the agent of another, which has %s: changes nothing, and says what would break and what to do',
    async (_name, firstOf) => {
      const twins = await twinsForTest()
      const { ELEVENLABS_AGENT_ID } = await firstOf(twins)
      const before = { workspace: await workspaceOf(twins), changes: await changesOf(twins) }

      const refused = runSetup(twins, { PUBLIC_URL: THERE, ELEVENLABS_AGENT_ID }, OTHER)

      await expect(refused).rejects.toThrow(
        new RegExp(`${ELEVENLABS_AGENT_ID}: its calls are asked of ${HERE}[^]*--take-over`),
      )
      expect(await workspaceOf(twins)).toEqual(before.workspace)
      expect(await changesOf(twins)).toEqual(before.changes)
    },
  )

  const own = (workspace_overrides: object, isAsked = true) => ({
    platform_settings: {
      overrides: { enable_conversation_initiation_client_data_from_webhook: isAsked },
      workspace_overrides,
    },
  })
  const ALONE = { conversation_initiation_client_data_webhook: null, webhooks: null }

  test.each([
    [
      'asks nobody, and reports where the workspace says',
      setUpOfBefore,
      own(ALONE, false),
      /finished calls are reported to https:\/\/line/,
    ],
    [
      'would ask another once that is switched on',
      deploymentIn,
      own({ webhooks: null }, false),
      /calls are asked of https:\/\/line/,
    ],
  ])(
    'run with the agent of another, which %s: changes nothing; without an agent, passes over it',
    async (_name, firstOf, settings, line) => {
      const twins = await twinsForTest()
      const { ELEVENLABS_AGENT_ID } = await firstOf(twins)
      await eleven(twins, 'PATCH', `/convai/agents/${ELEVENLABS_AGENT_ID}`, settings)
      const before = await workspaceOf(twins)

      const refused = runSetup(twins, { PUBLIC_URL: THERE, ELEVENLABS_AGENT_ID }, OTHER)

      await expect(refused).rejects.toThrow(line)
      expect(await workspaceOf(twins)).toEqual(before)
      const { agentId } = await runSetup(twins, { PUBLIC_URL: THERE }, OTHER)
      expect(agentId).not.toBe(ELEVENLABS_AGENT_ID)
    },
  )

  test('run with the agent of another, asked to take it over: takes it', async () => {
    const twins = await twinsForTest()
    const { ELEVENLABS_AGENT_ID } = await deploymentIn(twins)
    const settings = { PUBLIC_URL: THERE, ELEVENLABS_AGENT_ID }

    await runSetup(twins, settings, { ...OTHER, takeOver: true })

    expect(await webhooksOf(twins, ELEVENLABS_AGENT_ID)).toEqual({
      asked: `${preCall(THERE)}?deployment=${OTHER.id}`,
      reported: `${postCall(THERE)}?deployment=${OTHER.id}`,
    })
  })

  test('run by a copy of the first, at another address: changes nothing', async () => {
    const twins = await twinsForTest()
    const first = await deploymentIn(twins)
    const { body } = await eleven(
      twins,
      'POST',
      `/convai/agents/${first.ELEVENLABS_AGENT_ID}/duplicate`,
      { name: 'An organization’s own' },
    )
    const before = await workspaceOf(twins)

    const refused = runSetup(twins, { PUBLIC_URL: THERE }, { agents: [body.agent_id] })

    await expect(refused).rejects.toThrow(body.agent_id)
    expect(await workspaceOf(twins)).toEqual(before)
  })

  test('run where the workspace’s settings are another’s: leaves them alone', async () => {
    const twins = await twinsForTest()
    await setUpOfBefore(twins)
    const { settings: before } = await workspaceOf(twins)

    await deploymentIn(twins, OTHER.id, THERE)

    expect((await workspaceOf(twins)).settings).toEqual(before)
  })
})

describe('setUpElevenLabs, of a deployment that was set up by a release before', () => {
  test('run again: knows its webhooks by their address, and gives them to its agents', async () => {
    const twins = await twinsForTest()
    const settings = await setUpOfBefore(twins)
    const { body } = await eleven(
      twins,
      'POST',
      `/convai/agents/${settings.ELEVENLABS_AGENT_ID}/duplicate`,
      { name: 'An organization’s own' },
    )

    const { lines, webhookSecret } = await runSetup(twins, settings, { agents: [body.agent_id] })

    const own = { asked: `${preCall(HERE)}?deployment=aaaaaaaa`, reported: postCall(HERE) }
    expect(webhookSecret).toBeUndefined()
    expect(lines).toContain(`Changed: webhooks of organizations' agents ${body.agent_id}`)
    expect(await webhooksOf(twins, settings.ELEVENLABS_AGENT_ID)).toEqual(own)
    expect(await webhooksOf(twins, body.agent_id)).toEqual(own)
    const { settings: workspace } = await workspaceOf(twins)
    expect(workspace.conversation_initiation_client_data_webhook.url).toBe(own.asked)
  })
})

describe('setUpElevenLabs, of a deployment that moves', () => {
  const moved = { PUBLIC_URL: THERE, PUBLIC_URL_PREVIOUS: HERE }

  test('run once: asks at the new address, and tells finished calls to the one whose secret is known', async () => {
    const twins = await twinsForTest()
    const settings = await deploymentIn(twins)

    const { lines, webhookSecret } = await runSetup(twins, { ...settings, ...moved })

    expect(webhookSecret).toMatch(/^wsec_/)
    expect(lines.join()).toContain('ELEVENLABS_WEBHOOK_SECRET_PREVIOUS')
    expect(await webhooksOf(twins, settings.ELEVENLABS_AGENT_ID)).toEqual({
      asked: `${preCall(THERE)}?deployment=aaaaaaaa`,
      reported: `${postCall(HERE)}?deployment=aaaaaaaa`,
    })
  })

  test('run again, with the new secret: tells finished calls to the new address, too', async () => {
    const twins = await twinsForTest()
    const settings = await deploymentIn(twins)
    const { webhookSecret } = await runSetup(twins, { ...settings, ...moved })
    const renewed = { ...settings, ...moved, ELEVENLABS_WEBHOOK_SECRET: webhookSecret }

    await runSetup(twins, renewed)

    expect(await webhooksOf(twins, settings.ELEVENLABS_AGENT_ID)).toEqual({
      asked: `${preCall(THERE)}?deployment=aaaaaaaa`,
      reported: `${postCall(THERE)}?deployment=aaaaaaaa`,
    })
    const again = await runSetup(twins, renewed)
    expect(again.lines.filter((line) => !line.startsWith('Unchanged: '))).toEqual([
      expect.stringContaining('is public'),
    ])
  })

  test('run without the address before: changes nothing, and names it', async () => {
    const twins = await twinsForTest()
    const settings = await deploymentIn(twins)

    const refused = runSetup(twins, { ...settings, PUBLIC_URL: THERE })

    await expect(refused).rejects.toThrow(/PUBLIC_URL_PREVIOUS/)
  })
})
