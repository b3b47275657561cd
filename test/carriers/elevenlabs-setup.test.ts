import { describe, expect, test } from 'vitest'
import { variableNames } from '../../src/agent-memory/variables.ts'
import { carrierErrorOf, everythingIn } from '../support/carrier-server.ts'
import {
  changesOf,
  DEPLOYMENT,
  INIT_SECRET,
  runSetup,
  withRetriesSet,
  workspaceOf,
} from '../support/elevenlabs-setup.ts'
import { call, twinsForTest } from '../twins/support.ts'

describe('setUpElevenLabs, in an empty workspace', () => {
  test('run once: makes agent and webhooks, and prints what belongs into .env', async () => {
    const twins = await twinsForTest()

    const said: string[] = []

    const { lines, agentId, webhookSecret } = await runSetup(
      twins,
      {},
      { say: (line) => said.push(line) },
    )

    expect(said[0]).toBe(
      `Put into .env, it is shown only now: ELEVENLABS_WEBHOOK_SECRET=${webhookSecret}`,
    )
    expect(lines).toEqual([
      `Changed: created agent "Orgline: Jack". Put into .env: ELEVENLABS_AGENT_ID=${agentId}`,
      `Changed: created post-call webhook https://line.example.com/api/webhooks/elevenlabs/post-call?deployment=${DEPLOYMENT}`,
    ])
    expect(webhookSecret).toMatch(/^wsec_/)
  })

  test('run once: leaves an agent with every variable, telephone audio and our webhook', async () => {
    const twins = await twinsForTest()

    const { agentId } = await runSetup(twins)

    const { agents } = await workspaceOf(twins)
    expect(agents).toEqual([expect.objectContaining({ agent_id: agentId, name: 'Orgline: Jack' })])
    const [{ conversation_config: config, platform_settings: platform }] = agents
    const placeholders = config.agent.dynamic_variables.dynamic_variable_placeholders
    expect(Object.keys(placeholders).toSorted()).toEqual(variableNames.toSorted())
    expect(config.agent.first_message).toBe('{{opening}}')
    expect(config.asr.user_input_audio_format).toBe('ulaw_8000')
    expect(config.tts.agent_output_audio_format).toBe('ulaw_8000')
    expect(platform.overrides).toMatchObject({
      enable_conversation_initiation_client_data_from_webhook: true,
    })
  })

  test('run once: gives the agent both webhooks, and leaves the workspace’s settings alone', async () => {
    const twins = await twinsForTest()
    const before = (await workspaceOf(twins)).settings

    await runSetup(twins)

    const { settings, webhooks, agents } = await workspaceOf(twins)
    expect(settings).toEqual(before)
    expect(webhooks).toEqual([
      expect.objectContaining({
        webhook_url: `https://line.example.com/api/webhooks/elevenlabs/post-call?deployment=${DEPLOYMENT}`,
        is_disabled: false,
        retry_enabled: true,
      }),
    ])
    expect(agents[0].platform_settings.workspace_overrides).toEqual({
      conversation_initiation_client_data_webhook: {
        url: `https://line.example.com/api/webhooks/elevenlabs/conversation-initiation?deployment=${DEPLOYMENT}`,
        request_headers: { 'X-Orgline-Secret': INIT_SECRET },
      },
      webhooks: {
        post_call_webhook_id: webhooks[0].webhook_id,
        events: ['transcript', 'call_initiation_failure'],
      },
    })
  })

  test.each([
    ['with what it printed', true],
    ['without the agent’s id', false],
  ])('run again %s: changes nothing and says so', async (_, withAgent) => {
    const twins = await twinsForTest()
    const first = await runSetup(twins)
    const before = { workspace: await workspaceOf(twins), changes: await changesOf(twins) }

    const second = await runSetup(twins, {
      ELEVENLABS_WEBHOOK_SECRET: first.webhookSecret,
      ELEVENLABS_AGENT_ID: withAgent ? first.agentId : undefined,
    })

    expect(second.lines).toHaveLength(3)
    expect(second.lines.filter((line) => !line.startsWith('Unchanged: '))).toEqual([
      expect.stringContaining(`agent ${first.agentId} is public`),
    ])
    expect(second).toMatchObject({ agentId: first.agentId, webhookSecret: undefined })
    expect(await workspaceOf(twins)).toEqual(before.workspace)
    expect(await changesOf(twins)).toEqual(withRetriesSet(before.changes))
  })

  test('run with a wrong key: fails as a problem of the account, and tells no secret', async () => {
    const twins = await twinsForTest()

    const error = await carrierErrorOf(
      runSetup(twins, { ELEVENLABS_API_KEY: 'another-elevenlabs-key' }),
    )

    expect(error).toMatchObject({ kind: 'account' })
    expect(everythingIn(error)).not.toMatch(new RegExp(`another-elevenlabs-key|${INIT_SECRET}`))
  })

  test('interrupted half way and run again: makes nothing twice', async () => {
    const twins = await twinsForTest()
    await call(twins, 'POST', '/control/faults', {
      ...{ carrier: 'elevenlabs', operation: 'agents.create', kind: 'error', status: 500 },
    })
    await carrierErrorOf(runSetup(twins))

    await runSetup(twins)

    const { agents, webhooks } = await workspaceOf(twins)
    expect(agents).toHaveLength(1)
    expect(webhooks).toHaveLength(1)
  })
})
