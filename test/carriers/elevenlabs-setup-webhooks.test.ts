import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import type { ElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { setUpPostCall } from '../../src/carriers/elevenlabs/setup/webhooks.ts'
import { readWorkspace } from '../../src/carriers/elevenlabs/setup/workspace.ts'
import {
  afterFirstRun,
  changesOf,
  INIT_SECRET,
  reportsTo,
  runSetup,
  setupOf,
  withRetriesSet,
  workspaceOf,
} from '../support/elevenlabs-setup.ts'
import { eleven, twinsForTest } from '../twins/support.ts'

/** An organization's agent with the webhooks of another. */
async function duplicateOf(twins: Twins, agentId: string): Promise<string> {
  const path = `/convai/agents/${agentId}/duplicate`
  return (await eleven(twins, 'POST', path, { name: 'An organization’s own' })).body.agent_id
}

describe('setUpElevenLabs', () => {
  test('with a post-call webhook that is disabled: enables it again', async () => {
    const { twins, settings, webhook } = await afterFirstRun()
    await eleven(twins, 'PATCH', `/workspace/webhooks/${webhook.webhook_id}`, {
      is_disabled: true,
      name: webhook.name,
    })

    const { lines } = await runSetup(twins, settings)

    const { webhooks } = await workspaceOf(twins)
    expect(lines).toContain('Changed: post-call webhook was disabled, is enabled again')
    expect(webhooks).toEqual([expect.objectContaining({ is_disabled: false, retry_enabled: true })])
  })

  test('with retries off, which the list does not tell: turns them on', async () => {
    const { twins, settings, webhook } = await afterFirstRun()
    await eleven(twins, 'PATCH', `/workspace/webhooks/${webhook.webhook_id}`, {
      is_disabled: false,
      name: webhook.name,
      retry_enabled: false,
    })

    await runSetup(twins, settings)

    const { webhooks } = await workspaceOf(twins)
    expect(webhooks).toEqual([expect.objectContaining({ retry_enabled: true })])
  })

  test('with another init secret: puts it into the header, and does not print it', async () => {
    const { twins, settings } = await afterFirstRun()
    const secret = 'another-init-secret-0123456789'

    const { lines } = await runSetup(twins, { ...settings, ELEVENLABS_INIT_SECRET: secret })

    const [agent] = (await workspaceOf(twins)).agents
    const { conversation_initiation_client_data_webhook: asked } =
      agent.platform_settings.workspace_overrides
    expect(asked.request_headers).toEqual({ 'X-Orgline-Secret': secret })
    expect(lines[0]).toContain('pre-call webhook is')
    expect(lines.join('\n')).not.toMatch(new RegExp(`${secret}|${INIT_SECRET}`))
  })

  test('asked for another secret: prints that of a second webhook, which no agent reports to yet', async () => {
    const { twins, settings, webhook } = await afterFirstRun()
    const own = await duplicateOf(twins, settings.ELEVENLABS_AGENT_ID)

    const { lines, webhookSecret } = await runSetup(twins, settings, {
      agents: [own],
      anotherSecret: true,
    })

    const { agents, webhooks } = await workspaceOf(twins)
    expect(webhooks).toEqual([
      webhook,
      expect.objectContaining({ webhook_url: webhook.webhook_url, retry_enabled: true }),
    ])
    expect(agents.map(reportsTo)).toEqual([webhook.webhook_id, webhook.webhook_id])
    expect(webhookSecret).not.toBe(settings.ELEVENLABS_WEBHOOK_SECRET)
    expect(lines).toContainEqual(
      expect.stringMatching(/^Left to you: .*ELEVENLABS_WEBHOOK_SECRET_PREVIOUS.*run this again/),
    )
  })

  test('asked twice for another secret: leaves every agent with the webhook that it has', async () => {
    const { twins, settings, webhook } = await afterFirstRun()
    const own = await duplicateOf(twins, settings.ELEVENLABS_AGENT_ID)
    const options = { agents: [own], anotherSecret: true }
    await runSetup(twins, settings, options)

    await runSetup(twins, settings, options)

    const { agents, webhooks } = await workspaceOf(twins)
    expect(webhooks).toHaveLength(3)
    expect(agents.map(reportsTo)).toEqual([webhook.webhook_id, webhook.webhook_id])
  })

  test('of two webhooks at its address: has every agent report to the later one', async () => {
    const { twins, settings } = await afterFirstRun()
    const own = await duplicateOf(twins, settings.ELEVENLABS_AGENT_ID)
    const options = { agents: [own] }
    const { webhookSecret } = await runSetup(twins, settings, { ...options, anotherSecret: true })

    await runSetup(twins, { ...settings, ELEVENLABS_WEBHOOK_SECRET: webhookSecret }, options)

    const { agents, webhooks } = await workspaceOf(twins)
    expect(webhooks).toHaveLength(2)
    expect(agents.map(reportsTo)).toEqual([webhooks[1].webhook_id, webhooks[1].webhook_id])
  })

  test('with a webhook whose secret nobody kept: says what is left to do', async () => {
    const { twins } = await afterFirstRun()

    const { lines, webhookSecret } = await runSetup(twins)

    expect(webhookSecret).toBeUndefined()
    expect(lines).toContainEqual(
      expect.stringMatching(/^Left to you: ELEVENLABS_WEBHOOK_SECRET is not set/),
    )
  })

  test('with calls reported to nobody: reports them again, and keeps other settings', async () => {
    const { twins, settings, webhook } = await afterFirstRun()
    await eleven(twins, 'PATCH', `/convai/agents/${settings.ELEVENLABS_AGENT_ID}`, {
      platform_settings: {
        workspace_overrides: {
          webhooks: { post_call_webhook_id: null, events: ['audio'], transcript_format: 'json' },
        },
      },
    })

    const { lines } = await runSetup(twins, settings)

    const [agent] = (await workspaceOf(twins)).agents
    expect(lines[0]).toContain('finished and failed calls are told to the post-call webhook')
    expect(agent.platform_settings.workspace_overrides.webhooks).toEqual({
      post_call_webhook_id: webhook.webhook_id,
      events: ['transcript', 'call_initiation_failure'],
      transcript_format: 'json',
    })
  })

  test('with webhooks of others in the workspace: leaves them alone', async () => {
    const twins = await twinsForTest()
    await eleven(twins, 'POST', '/workspace/webhooks', {
      settings: { auth_type: 'hmac', name: 'Theirs', webhook_url: 'https://theirs.example.com' },
    })

    await runSetup(twins)

    const { webhooks } = await workspaceOf(twins)
    expect(webhooks).toHaveLength(2)
    expect(webhooks[0]).toMatchObject({ name: 'Theirs', retry_enabled: false })
  })
})

describe('setUpPostCall', () => {
  /** ElevenLabs that says of every webhook what the twin cannot: `fields`. */
  async function listing(fields: Record<string, unknown>) {
    const { twins, settings } = await afterFirstRun()
    const setup = setupOf(twins, settings)
    const request: ElevenLabsClient = async (asked) => {
      const reply = await setup.request(asked)
      if (asked.operation !== 'webhooks.list') return reply
      const { webhooks } = reply as { webhooks: object[] }
      return { webhooks: webhooks.map((each) => ({ ...each, ...fields })) } as typeof reply
    }
    return { twins, setup: { ...setup, request } }
  }

  test('with a webhook that ElevenLabs disabled itself: enables it again', async () => {
    const { twins, setup } = await listing({ is_auto_disabled: true })
    const before = await changesOf(twins)

    const { lines } = await setUpPostCall(setup, await readWorkspace(setup))

    expect(lines).toEqual(['Changed: post-call webhook was disabled, is enabled again'])
    expect(await changesOf(twins)).toEqual(withRetriesSet(before))
  })

  test('with a list that tells of retries, off: turns them on, and says so', async () => {
    const { setup } = await listing({ retry_enabled: false })

    const { lines } = await setUpPostCall(setup, await readWorkspace(setup))

    expect(lines).toEqual(['Changed: post-call webhook retries are on'])
  })

  test('with a list that tells nothing of retries: sets them again, and claims no change', async () => {
    const { twins, setup } = await listing({ retry_enabled: undefined })
    const before = await changesOf(twins)

    const { lines } = await setUpPostCall(setup, await readWorkspace(setup))

    expect(lines).toEqual([expect.stringMatching(/^Unchanged: post-call webhook /)])
    expect(await changesOf(twins)).toEqual(withRetriesSet(before))
  })
})
