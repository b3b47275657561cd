import { describe, expect, test } from 'vitest'
import { variableNames } from '../../src/agent-memory/variables.ts'
import { carrierErrorOf } from '../support/carrier-server.ts'
import {
  changesOf,
  DEPLOYMENT,
  runSetup,
  withRetriesSet,
  workspaceOf,
} from '../support/elevenlabs-setup.ts'
import { eleven, twinsForTest } from '../twins/support.ts'

/** An agent somebody made, which can do nothing of what we need. */
async function foreignAgent(
  twins: Awaited<ReturnType<typeof twinsForTest>>,
  config: Record<string, unknown> = {},
) {
  const { body } = await eleven(twins, 'POST', '/convai/agents/create', {
    name: 'Reception',
    conversation_config: {
      agent: {
        first_message: 'Good day, {{organization_name}}.',
        language: 'fr',
        prompt: { prompt: 'You are Claire.' },
        dynamic_variables: {
          dynamic_variable_placeholders: { organization_name: 'Our test', mood: 'cheerful' },
        },
      },
      tts: {
        voice_id: 'cjVigY5qzO86Huf0OWal',
        model_id: 'eleven_turbo_v2_5',
        agent_output_audio_format: 'pcm_16000',
      },
      ...config,
    },
  })
  return body.agent_id as string
}

describe('setUpElevenLabs, with an organization’s agent', () => {
  test('that has other audio than a server can pass on, and says its own words first: gives it telephone audio and the notice, and tells so', async () => {
    const twins = await twinsForTest()
    const own = await foreignAgent(twins)

    const { lines } = await runSetup(twins, {}, { agents: [own] })

    const { agents } = await workspaceOf(twins)
    const agent = agents.find(({ agent_id }: { agent_id: string }) => agent_id === own)
    expect(agent.conversation_config).toMatchObject({
      agent: { first_message: '{{recording_notice}}Good day, {{organization_name}}.' },
      asr: { user_input_audio_format: 'ulaw_8000' },
      tts: { voice_id: 'cjVigY5qzO86Huf0OWal', agent_output_audio_format: 'ulaw_8000' },
    })
    expect(lines).toContain(`Changed: audio ulaw_8000 in and out of organizations' agents ${own}`)
    expect(lines).toContain(`Changed: what is said first of organizations' agents ${own}`)
    const again = await runSetup(twins, {}, { agents: [own] })
    expect(again.lines.filter((line) => line.includes(own))).toEqual([])
  })
})

describe('setUpElevenLabs, with an agent of somebody’s own', () => {
  test('that lacks everything: mends it and tells what', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins)

    const { lines } = await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })

    const { agents } = await workspaceOf(twins)
    const [{ conversation_config: config, platform_settings: platform }] = agents
    const placeholders = config.agent.dynamic_variables.dynamic_variable_placeholders
    expect(agents).toHaveLength(1)
    expect(Object.keys(placeholders)).toEqual(expect.arrayContaining(variableNames))
    expect(config.asr.user_input_audio_format).toBe('ulaw_8000')
    expect(config.tts.agent_output_audio_format).toBe('ulaw_8000')
    expect(platform.overrides.enable_conversation_initiation_client_data_from_webhook).toBe(true)
    expect(platform.data_collection).toMatchObject({ do_not_call: { type: 'boolean' } })
    const missing = variableNames.filter((name) => name !== 'organization_name').join(', ')
    expect(lines[0]).toBe(
      `Changed: agent ${agentId}: variables ${missing}, audio ulaw_8000 in and out, asks before its calls, pre-call webhook is https://line.example.com/api/webhooks/elevenlabs/conversation-initiation?deployment=${DEPLOYMENT} with header X-Orgline-Secret, finished and failed calls are told to the post-call webhook, notes who wants no more calls, answers texts: the override text_only, the override first_message, the client event agent_response, limits of its own, and no bursting`,
    )
  })

  test('that has limits: keeps them, takes bursting away, and tells that it is public', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins)
    const call_limits = { agent_concurrency_limit: 3, daily_limit: 40, bursting_enabled: true }
    await eleven(twins, 'PATCH', `/convai/agents/${agentId}`, {
      platform_settings: { call_limits },
    })

    const { lines } = await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })

    const { agents } = await workspaceOf(twins)
    expect(agents[0].platform_settings).toMatchObject({
      call_limits: { ...call_limits, bursting_enabled: false },
      auth: { enable_auth: false },
    })
    expect(lines).toContainEqual(expect.stringMatching(`^Left to you: agent ${agentId} is public`))
  })

  test('with ELEVENLABS_AGENT_AUTH=on: asks for a token, and is public no more', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins)

    const { lines } = await runSetup(twins, {
      ELEVENLABS_AGENT_ID: agentId,
      ELEVENLABS_AGENT_AUTH: 'on',
    })

    const { agents } = await workspaceOf(twins)
    expect(agents[0].platform_settings.auth.enable_auth).toBe(true)
    expect(lines.filter((line) => line.includes('is public'))).toEqual([])
  })

  test('that lacks everything: keeps its words, voice and placeholders', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins)

    await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })

    const { agents } = await workspaceOf(twins)
    expect(agents[0]).toMatchObject({
      name: 'Reception',
      conversation_config: {
        agent: {
          first_message: 'Good day, {{organization_name}}.',
          language: 'fr',
          prompt: { prompt: 'You are Claire.' },
          dynamic_variables: {
            dynamic_variable_placeholders: { organization_name: 'Our test', mood: 'cheerful' },
          },
        },
        tts: { voice_id: 'cjVigY5qzO86Huf0OWal' },
      },
    })
  })

  test('that was repaired before: is left alone', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins)
    await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })
    const before = await changesOf(twins)

    const { lines } = await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })

    expect(lines[0]).toBe(`Unchanged: agent ${agentId}`)
    expect(await changesOf(twins)).toEqual(withRetriesSet(before))
  })

  test('whose first message is its own: leaves it, and says what to do', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins, { agent: { first_message: 'Hello.' } })

    const { lines } = await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })

    const { agents } = await workspaceOf(twins)
    expect(agents[0].conversation_config.agent.first_message).toBe('Hello.')
    expect(lines[1]).toMatch(/^Left alone: the first message .*\{\{opening\}\}/)
  })

  test('whose prompt does not ask for the name: leaves it, and says what to do', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins)

    const { lines } = await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })

    const { agents } = await workspaceOf(twins)
    expect(agents[0].conversation_config.agent.prompt.prompt).toBe('You are Claire.')
    expect(lines[2]).toMatch(/^Left alone: the prompt .*\{\{confirm_caller_name\}\}/)
  })

  test('whose prompt, or whose template’s, does not tell texts from calls: leaves it, and says what to do', async () => {
    const twins = await twinsForTest()
    const [agentId, templateId] = [await foreignAgent(twins), await foreignAgent(twins)]

    const { lines } = await runSetup(twins, {
      ELEVENLABS_AGENT_ID: agentId,
      ELEVENLABS_TEMPLATE_AGENT_ID: templateId,
    })

    for (const id of [agentId, templateId])
      expect(lines).toContainEqual(
        expect.stringMatching(
          new RegExp(`^Left alone: the prompt of agent ${id} .*{{system__is_text_only}}.*"Whether`),
        ),
      )
  })

  test('whose words, or whose template’s, leave variables out: leaves them, and names each', async () => {
    const twins = await twinsForTest()
    const words = (used: string[]) => ({
      agent: {
        first_message: 'Hello.',
        prompt: { prompt: used.map((name) => `{{ ${name} }}`).join(' ') },
      },
    })
    const agentId = await foreignAgent(twins, words(['call_reason', 'confirm_caller_name']))
    const templateId = await foreignAgent(twins, words(['lead_id', 'caller_memory']))

    const { lines } = await runSetup(twins, {
      ELEVENLABS_AGENT_ID: agentId,
      ELEVENLABS_TEMPLATE_AGENT_ID: templateId,
    })

    // The opening has the notice and the greeting in it.
    const ofOpening = ['opening', 'recording_notice', 'greeting']
    // What an agent's tools are given, no words need to name.
    const own = [...ofOpening, 'confirm_caller_name', 'caller_memory', 'call_id']
    const hintsOf = (id: string) =>
      lines.filter((line) => line.includes(` agent ${id} `)).join('\n')
    const isNamed = (id: string, name: string) => hintsOf(id).includes(`{{${name}}}`)
    for (const [id, used] of [
      [agentId, ['call_reason', 'confirm_caller_name']],
      [templateId, ['lead_id', 'caller_memory']],
    ] as const) {
      const rest = variableNames.filter((name) => !own.includes(name))
      for (const name of rest)
        expect([name, isNamed(id, name)]).toEqual([name, !used.includes(name as never)])
      expect(isNamed(id, 'opening')).toBe(true)
      expect(isNamed(id, 'confirm_caller_name')).toBe(
        !used.includes('confirm_caller_name' as never),
      )
      expect(isNamed(id, 'caller_memory')).toBe(!used.includes('caller_memory' as never))
    }
  })

  test('whose words use it all: has nothing to be told about them', async () => {
    const twins = await twinsForTest()
    const { agentId } = await runSetup(twins)

    const { lines } = await runSetup(twins, { ELEVENLABS_AGENT_ID: agentId })

    expect(lines.join('\n')).not.toContain('Left alone')
  })

  test('whose words, or whose template’s, use what no call has: says what to do', async () => {
    const twins = await twinsForTest()
    const agentId = await foreignAgent(twins, {
      agent: { first_message: 'Hi {{owner}} of {{organization_name}}, {{system__time}}.' },
    })
    const templateId = await foreignAgent(twins, {
      agent: { prompt: { prompt: '{{opening_hours}} {{ owner }}' } },
    })

    const { lines } = await runSetup(twins, {
      ELEVENLABS_AGENT_ID: agentId,
      ELEVENLABS_TEMPLATE_AGENT_ID: templateId,
    })

    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^Left alone: agent ${agentId} uses {{owner}}, which no`)),
        expect.stringMatching(
          new RegExp(`^Left alone: agent ${templateId} uses {{opening_hours}}, {{owner}}, which`),
        ),
      ]),
    )
  })

  test('that is not there: fails, and makes none instead', async () => {
    const twins = await twinsForTest()

    const error = await carrierErrorOf(runSetup(twins, { ELEVENLABS_AGENT_ID: 'agent_none' }))

    expect(error).toMatchObject({ kind: 'not_found', operation: 'agents.get' })
    expect(await changesOf(twins)).toEqual({})
  })
})
