import { describe, expect, test } from 'vitest'
import { apiKey, call, eleven, importOf, twilioClient, twinsForTest } from './support.ts'

const conversation_config = { agent: { first_message: 'Hello', prompt: { prompt: 'Be kind' } } }

describe('phone numbers', () => {
  async function bought() {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    const number = await client.incomingPhoneNumbers.create({
      phoneNumber: '+16045552000',
      voiceUrl: 'https://example.test/voice',
      voiceFallbackUrl: 'https://example.test/fallback',
      smsUrl: 'https://example.test/sms',
      smsFallbackUrl: 'https://example.test/sms/fallback',
    })
    return { twins, fetchNumber: async () => await client.incomingPhoneNumbers(number.sid).fetch() }
  }

  test('create, SMS left alone, takes over voice and status callback only', async () => {
    const { twins, fetchNumber } = await bought()
    const wanted = importOf('+16045552000', { enable_sms: false })
    const reply = await eleven(twins, 'POST', '/convai/phone-numbers', wanted)
    expect(reply.body.phone_number_id).toMatch(/^phnum_/)
    expect(await fetchNumber()).toMatchObject({
      voiceUrl: `${twins.origin}/elevenlabs/twilio/inbound_call`,
      voiceMethod: 'POST',
      voiceFallbackUrl: '',
      statusCallback: `${twins.origin}/elevenlabs/twilio/status-callback`,
      smsUrl: 'https://example.test/sms',
      smsFallbackUrl: 'https://example.test/sms/fallback',
    })
  })

  test('create, by default, takes over SMS as well', async () => {
    const { twins, fetchNumber } = await bought()
    await eleven(twins, 'POST', '/convai/phone-numbers', importOf('+16045552000'))
    expect(await fetchNumber()).toMatchObject({
      smsUrl: `${twins.origin}/elevenlabs/twilio/inbound_sms`,
      smsFallbackUrl: '',
    })
  })

  test('create, its own calls to Twilio, are not counted as calls of a client', async () => {
    const { twins } = await bought()
    await eleven(twins, 'POST', '/convai/phone-numbers', importOf('+16045552000'))
    const { body } = await call(twins, 'GET', '/control/state')
    expect(body.requests).toEqual({
      twilio: { 'incomingPhoneNumbers.create': 1 },
      elevenlabs: { 'phoneNumbers.create': 1 },
    })
  })

  test.each([
    ['number of nobody', importOf('+16045552009'), 422],
    ['wrong Twilio token', importOf('+16045552000', { token: 'wrong' }), 422],
    ['unknown agent', importOf('+16045552000', { agent_id: 'agent_x' }), 404],
    ['missing field', { provider: 'twilio' }, 422],
  ])('create, %s, is refused and imports nothing', async (_name, body, status) => {
    const { twins } = await bought()
    const reply = await eleven(twins, 'POST', '/convai/phone-numbers', body)
    expect(reply.status).toBe(status)
    expect((await eleven(twins, 'GET', '/convai/phone-numbers')).body).toEqual([])
  })

  test('create, twice at once, imports once and answers 409 the other time', async () => {
    const { twins } = await bought()
    const replies = await Promise.all(
      [1, 2].map(() => eleven(twins, 'POST', '/convai/phone-numbers', importOf('+16045552000'))),
    )
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 409])
    const refused = replies.find((reply) => reply.status === 409)
    expect(refused?.body.detail.status).toBe('phone_number_already_exists')
  })

  test('update, agent set and unset, shows as the assigned agent', async () => {
    const { twins } = await bought()
    const agent = await eleven(twins, 'POST', '/convai/agents/create', {
      name: 'Jack',
      conversation_config,
    })
    const { body } = await eleven(twins, 'POST', '/convai/phone-numbers', importOf('+16045552000'))
    const path = `/convai/phone-numbers/${body.phone_number_id}`
    const { agent_id } = agent.body
    const set = await eleven(twins, 'PATCH', path, { agent_id })
    expect(set.body).toEqual({
      provider: 'twilio',
      phone_number: '+16045552000',
      label: 'Test',
      phone_number_id: body.phone_number_id,
      supports_inbound: true,
      supports_outbound: true,
      assigned_agent: { agent_id, agent_name: 'Jack' },
    })
    const unset = await eleven(twins, 'PATCH', path, { agent_id: null, label: 'Other' })
    expect(unset.body).toMatchObject({ assigned_agent: null, label: 'Other' })
    const unknown = await eleven(twins, 'PATCH', path, { agent_id: 'agent_x' })
    expect(unknown.status).toBe(404)
  })

  test('list, second version, filters and pages by cursor', async () => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    for (const line of [2000, 2001, 2002]) {
      await client.incomingPhoneNumbers.create({ phoneNumber: `+1604555${line}` })
      await eleven(twins, 'POST', '/convai/phone-numbers', importOf(`+1604555${line}`))
    }
    const path = '/convai/v2/phone-numbers'
    const first = await eleven(twins, 'GET', `${path}?page_size=2`)
    expect(first.body).toMatchObject({ has_more: true })
    const second = await eleven(
      twins,
      'GET',
      `${path}?page_size=2&cursor=${first.body.next_cursor}`,
    )
    expect(second.body).toMatchObject({
      phone_numbers: [{ phone_number: '+16045552002' }],
      next_cursor: null,
      has_more: false,
    })
    const filtered = await eleven(twins, 'GET', `${path}?phone_number=%2B16045552001`)
    expect(filtered.body.phone_numbers).toHaveLength(1)
  })

  test('delete, imported number, leaves the URLs at Twilio as they are', async () => {
    const { twins, fetchNumber } = await bought()
    const { body } = await eleven(twins, 'POST', '/convai/phone-numbers', importOf('+16045552000'))
    const path = `/convai/phone-numbers/${body.phone_number_id}`
    expect((await eleven(twins, 'DELETE', path)).status).toBe(200)
    expect(await eleven(twins, 'GET', path)).toMatchObject({
      status: 404,
      body: { detail: { status: 'not_found' } },
    })
    expect((await fetchNumber()).voiceUrl).toContain('/elevenlabs/twilio/inbound_call')
  })
})

describe('agents', () => {
  test('update, part of the configuration, merges objects and replaces arrays', async () => {
    const twins = await twinsForTest()
    const created = await eleven(twins, 'POST', '/convai/agents/create', {
      name: 'Jack',
      tags: ['a', 'b'],
      conversation_config,
      platform_settings: { privacy: { retention_days: 30 } },
    })
    const path = `/convai/agents/${created.body.agent_id}`
    await eleven(twins, 'PATCH', path, {
      tags: ['c'],
      conversation_config: { agent: { first_message: 'Good day' } },
    })
    expect((await eleven(twins, 'GET', path)).body).toMatchObject({
      agent_id: created.body.agent_id,
      name: 'Jack',
      tags: ['c'],
      platform_settings: { privacy: { retention_days: 30 } },
      conversation_config: {
        agent: { first_message: 'Good day', language: 'en', prompt: { prompt: 'Be kind' } },
        conversation: { max_duration_seconds: 600 },
      },
    })
  })

  test('create, wrong type, is a 422 that names the field', async () => {
    const twins = await twinsForTest()
    const reply = await eleven(twins, 'POST', '/convai/agents/create', {
      name: 7,
      conversation_config,
    })
    expect(reply.status).toBe(422)
    expect(reply.body.detail).toEqual([expect.objectContaining({ loc: ['body', 'name'] })])
  })

  test('delete, agent of a number, leaves the number without agent', async () => {
    const twins = await twinsForTest()
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: '+16045552000' })
    const { body } = await eleven(twins, 'POST', '/convai/agents/create', { conversation_config })
    const { agent_id } = body
    await eleven(twins, 'POST', '/convai/phone-numbers', importOf('+16045552000', { agent_id }))
    await eleven(twins, 'DELETE', `/convai/agents/${agent_id}`)
    const phones = await eleven(twins, 'GET', '/convai/phone-numbers')
    expect(phones.body).toMatchObject([{ assigned_agent: null }])
    const agents = await eleven(twins, 'GET', '/convai/agents')
    expect(agents.body).toEqual({ agents: [], next_cursor: null, has_more: false })
  })
})

describe('workspace', () => {
  test('webhooks, created, show their secret once and can be renamed but not moved', async () => {
    const twins = await twinsForTest()
    const settings = { auth_type: 'hmac', name: 'calls', webhook_url: 'https://example.test/a' }
    const created = await eleven(twins, 'POST', '/workspace/webhooks', { settings })
    expect(created.body.webhook_secret).toMatch(/^wsec_[0-9a-f]{64}$/)
    const path = `/workspace/webhooks/${created.body.webhook_id}`
    const incomplete = await eleven(twins, 'PATCH', path, { name: 'other' })
    expect(incomplete.status).toBe(422)
    await eleven(twins, 'PATCH', path, {
      name: 'other',
      is_disabled: false,
      retry_enabled: true,
      webhook_url: 'https://example.test/b',
    })
    const { body } = await eleven(twins, 'GET', '/workspace/webhooks')
    expect(body.webhooks).toMatchObject([{ name: 'other', webhook_url: 'https://example.test/a' }])
    const { body: state } = await call(twins, 'GET', '/control/state')
    expect(state.elevenlabs.webhooks).toMatchObject([{ name: 'other', retry_enabled: true }])
    expect(JSON.stringify([body, state])).not.toContain('wsec_')
  })

  test('settings, patched, replace the named keys and keep the others', async () => {
    const twins = await twinsForTest()
    const webhook = { url: 'https://example.test', request_headers: { 'X-Secret': 's' } }
    await eleven(twins, 'PATCH', '/convai/settings', {
      conversation_initiation_client_data_webhook: webhook,
    })
    const { body } = await eleven(twins, 'GET', '/convai/settings')
    expect(body.conversation_initiation_client_data_webhook).toEqual(webhook)
    expect(body.webhooks.post_call_webhook_id).toBeNull()
  })

  test('any call, wrong key, is a 401 with the status invalid_api_key', async () => {
    const twins = await twinsForTest()
    const path = '/elevenlabs/v1/convai/agents'
    expect(await call(twins, 'GET', path, undefined, { 'xi-api-key': 'wrong' })).toMatchObject({
      status: 401,
      body: { detail: { status: 'invalid_api_key' } },
    })
    await call(twins, 'POST', '/control/credentials', { elevenLabsApiKey: 'wrong' })
    const accepted = await call(twins, 'GET', path, undefined, { 'xi-api-key': 'wrong' })
    expect(accepted.status).toBe(200)
  })

  test('a second key, is accepted beside the first until it is ended', async () => {
    const twins = await twinsForTest()
    const path = '/elevenlabs/v1/convai/agents'
    const credentials = (body: unknown) => call(twins, 'POST', '/control/credentials', body)
    const statuses = async () => {
      const keys = [apiKey, 'second']
      const asked = keys.map((key) => call(twins, 'GET', path, undefined, { 'xi-api-key': key }))
      return (await Promise.all(asked)).map(({ status }) => status)
    }

    await credentials({ elevenLabsSecondApiKey: 'second' })
    expect(await statuses()).toEqual([200, 200])
    await credentials({ elevenLabsSecondApiKey: null })
    expect(await statuses()).toEqual([200, 401])
  })

  test('unknown path, is a 404 in the format of ElevenLabs', async () => {
    const reply = await eleven(await twinsForTest(), 'GET', '/convai/nothing')
    expect(reply).toMatchObject({ status: 404, body: { detail: { status: 'not_found' } } })
  })
})
