import { describe, expect, test } from 'vitest'
import { eleven, twinsForTest } from './support.ts'

const ulaw = {
  asr: { user_input_audio_format: 'ulaw_8000' },
  tts: { agent_output_audio_format: 'ulaw_8000' },
}

async function agentWith(config: object, twins = twinsForTest()) {
  const started = await twins
  const created = await eleven(started, 'POST', '/convai/agents/create', {
    name: 'Template',
    tags: ['orgline'],
    conversation_config: config,
    platform_settings: { privacy: { retention_days: 30 } },
  })
  const path = `/convai/agents/${created.body.agent_id}`
  const agent = async (at = path) => (await eleven(started, 'GET', at)).body
  return { twins: started, created, path, agent }
}

describe('a new agent', () => {
  test('that says nothing of its audio, speaks no telephone format and English alone', async () => {
    const { agent } = await agentWith({})
    expect((await agent()).conversation_config).toMatchObject({
      agent: { language: 'en' },
      asr: { user_input_audio_format: 'pcm_16000' },
      tts: { agent_output_audio_format: 'pcm_16000', model_id: 'eleven_flash_v2' },
    })
  })

  test('in another language, is created with a model that speaks it', async () => {
    const tts = { model_id: 'eleven_flash_v2_5', voice_id: '21m00Tcm4TlvDq8ikWAM' }
    const { created, twins } = await agentWith({ agent: { language: 'fr' }, tts })
    expect(created.status).toBe(200)
    const { body } = await eleven(twins, 'GET', '/convai/agents')
    expect(body.agents).toMatchObject([{ name: 'Template', voice_id: tts.voice_id }])
  })

  test.each([
    ['emplat', ['Template']],
    ['tEMPLATE', ['Template']],
    ['', ['Template', 'Another']],
    ['nobody', []],
  ])('searched for by "%s", is listed by its name in any letter case', async (search, names) => {
    const { twins } = await agentWith({})
    await eleven(twins, 'POST', '/convai/agents/create', {
      name: 'Another',
      conversation_config: {},
    })

    const { body } = await eleven(twins, 'GET', `/convai/agents?search=${search}`)

    expect(body.agents.map(({ name }: { name: string }) => name).sort()).toEqual(names.toSorted())
  })

  test.each<[string, object, number, object]>([
    [
      'unknown language',
      { agent: { language: 'tlh' } },
      422,
      [{ loc: ['body', 'conversation_config', 'agent', 'language'] }],
    ],
    [
      'prompt too long',
      { agent: { prompt: { prompt: 'x'.repeat(2_000_001) } } },
      422,
      [{ loc: ['body', 'conversation_config', 'agent', 'prompt', 'prompt'] }],
    ],
    [
      'unknown audio format',
      { tts: { agent_output_audio_format: 'mp3' } },
      422,
      [{ loc: ['body', 'conversation_config', 'tts', 'agent_output_audio_format'] }],
    ],
    ['unknown voice', { tts: { voice_id: 'nobody' } }, 422, { status: 'voice_not_found' }],
    [
      'language beyond its model',
      { agent: { language: 'fr' } },
      400,
      { status: 'invalid_agent_config' },
    ],
  ])('%s, is refused with the reason and not created', async (_name, config, status, detail) => {
    const { created, twins } = await agentWith(config)
    expect(created).toMatchObject({ status, body: { detail } })
    expect((await eleven(twins, 'GET', '/convai/agents')).body.agents).toEqual([])
  })
})

describe('an agent', () => {
  test('patched to an unknown voice, is refused and stays as it was', async () => {
    const { twins, path, agent } = await agentWith(ulaw)
    const before = await agent()
    const config = { tts: { voice_id: 'nobody' }, agent: { first_message: 'Other' } }
    const reply = await eleven(twins, 'PATCH', path, { conversation_config: config })
    expect(reply.status).toBe(422)
    expect(await agent()).toEqual(before)
  })

  test('duplicated, is copied whole under the name given and apart from then on', async () => {
    const { twins, path, agent } = await agentWith(ulaw)
    const copied = await eleven(twins, 'POST', `${path}/duplicate`, { name: 'Premium' })
    expect(copied).toEqual({
      status: 200,
      body: { agent_id: expect.stringMatching(/^agent_[0-9a-f]{28}$/) },
    })
    const copyPath = `/convai/agents/${copied.body.agent_id}`
    const { agent_id, name, metadata, ...original } = await agent()
    expect(await agent(copyPath)).toMatchObject({ ...original, name: 'Premium' })
    const config = { agent: { first_message: 'Bonjour' } }
    await eleven(twins, 'PATCH', copyPath, { conversation_config: config })
    expect(await agent()).toEqual({ agent_id, name, metadata, ...original })
  })

  test('duplicated without a name, is named after the original; unknown, is a 404', async () => {
    const { twins, path, agent } = await agentWith(ulaw)
    const { body } = await eleven(twins, 'POST', `${path}/duplicate`, {})
    expect((await agent(`/convai/agents/${body.agent_id}`)).name).toBe('Template (Copy)')
    expect((await eleven(twins, 'POST', '/convai/agents/agent_x/duplicate', {})).status).toBe(404)
  })
})
