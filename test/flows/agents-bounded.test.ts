import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { atCarriers, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

interface CarrierState {
  agent_id: string
  conversation_config: { conversation: { max_duration_seconds: number } }
  platform_settings: { auth: { enable_auth: boolean }; call_limits: Record<string, unknown> }
}

describe('an agent that is made here', () => {
  let world: World
  let template: World
  beforeAll(async () => {
    world = await startWorld({ settings: { ELEVENLABS_AGENT_AUTH: 'on', CALL_MAX_MINUTES: '7' } })
    template = await startWorld({ settings: { AGENT_DAILY_CALLS: '9', AGENT_CONCURRENCY: '2' } })
  })
  afterAll(async () => {
    await stopWithCleanLogs(world)
    await stopWithCleanLogs(template)
  })

  const agentsOf = async (of: World) => (await atCarriers(of)).elevenlabs.agents as CarrierState[]

  test('for an organization, has limits, no bursting, an end to each conversation, and a token where that is set', async () => {
    const { organization, token } = await signUp(world)

    const { body } = await createAgent(world, token, { organizationId: organization.id })

    const made = (await agentsOf(world)).find(({ agent_id }) => agent_id === body.agent_id)
    expect(made?.platform_settings.call_limits).toEqual({
      agent_concurrency_limit: 5,
      daily_limit: 50,
      bursting_enabled: false,
    })
    expect(made?.platform_settings.auth.enable_auth).toBe(true)
    expect(made?.conversation_config.conversation.max_duration_seconds).toBe(420)
  })

  test('without the setting, asks for no token, and has the limits that are set', async () => {
    const { organization, token } = await signUp(template)

    const { body } = await createAgent(template, token, { organizationId: organization.id })

    const made = (await agentsOf(template)).find(({ agent_id }) => agent_id === body.agent_id)
    expect(made?.platform_settings).toMatchObject({
      auth: { enable_auth: false },
      call_limits: { agent_concurrency_limit: 2, daily_limit: 9, bursting_enabled: false },
    })
  })

  test('by set-up, for everybody, has limits and no bursting', async () => {
    const [shared] = await agentsOf(world)

    expect(shared?.platform_settings.call_limits).toEqual({
      agent_concurrency_limit: 30,
      // Calls, and texts.
      daily_limit: 4_000,
      bursting_enabled: false,
    })
    expect(shared?.platform_settings.auth.enable_auth).toBe(true)
  })

  test('for everybody, is named to no tenant: not in calls, their records, or an export', async () => {
    const { organization, token } = await signUp(world)
    const ask = (path: string) =>
      request(world.origin, 'GET', `/api/organizations/${organization.id}${path}`, { token })
    await control(world, 'POST', 'calls', {
      from: '+16045559851',
      to: organization.phoneNumber,
      says: ['Hello'],
    })
    const { body } = await ask('/calls')
    const [call] = body.calls

    const answers = [
      body,
      (await ask(`/calls/${call.id}`)).body,
      (await ask(`/contacts/${call.contact.id}/export`)).body,
      (await ask(`/contacts/${call.contact.id}/timeline`)).body,
      (await ask('/phone-numbers')).body,
      (await ask('')).body,
    ]

    expect(call.agent_id).toBeNull()
    expect(JSON.stringify(answers)).not.toContain(world.config.elevenLabs.agentId)
  })
})
