import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { agentsAtElevenLabs, createAgent, numberAtCarriers } from '../support/agents.ts'
import { releaseHeld } from '../support/held.ts'
import { aPoolNumber } from '../support/manual.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, control, fault, request, signUp, tickOrders } from '../support/requests.ts'
import { anotherServer } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'

const signal = new AbortController().signal

describe('agents of organizations', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { MAX_NUMBERS_PER_ORGANIZATION: '3' } })
  })
  afterAll(() => world.stop())
  beforeEach(() => control(world, 'DELETE', 'faults'))

  const anOrganization = () => signUp(world, { provisionPhone: false })
  const onAgent = (token: string, method: string, rest: string, body?: object, key?: string) =>
    request(world.origin, method, `/api/agents/${rest}`, {
      token,
      ...(body && { body }),
      ...(key && { headers: { 'idempotency-key': key } }),
    })
  /** Lets the time pass after which the loop looks for what failed requests left. */
  const sweep = async () => {
    await world.sql(
      "update agents set work_at = now() where work_at is not null and status <> 'active'",
    )
    await world.context.agents.agents.tick(signal)
  }
  /** How a fault shows itself; what is late appears once it is released. */
  const howOf = (kind: string) => ({
    ...(kind !== 'late' && { ms: 1 }),
    ...(kind === 'error' && { status: 500 }),
  })
  const whenLate = async (kind: string, name: string) => {
    if (kind !== 'late') return
    await releaseHeld(world)
    await expect.poll(() => agentsAtElevenLabs(world, name)).toHaveLength(2)
  }
  /** The row of a request for an agent that nobody works on any more; answers the agent's tag. */
  const aDyingRequest = async (organizationId: string, name: string) => {
    const [row] = await world.sql<{ tag: string }>(
      `insert into agents (organization_id, request_id, name, work_at) values ($1, gen_random_uuid(), $2, now())
       returning 'orgline:' || (select id from deployment) || ':' || id as tag`,
      [organizationId, name],
    )
    return row?.tag
  }
  const makeAtCarriers = async (name: string) => {
    const made = await world.context.elevenLabs({
      operation: 'agents.create',
      method: 'POST',
      path: 'convai/agents/create',
      body: { name, conversation_config: {} },
      reply: z.object({ agent_id: z.string() }),
    })
    return made.agent_id
  }
  const rowsNamed = (name: string) => world.sql('select status from agents where name = $1', [name])

  test('an agent, taken from the request that makes it, ends that request as the document says', async () => {
    const { token } = await anOrganization()
    const name = `Taken ${randomUUID()}`
    const what = { carrier: 'elevenlabs', operation: 'agents.create', kind: 'hold_before' }
    await control(world, 'POST', 'faults', what)

    const asked = createAgent(world, token, { agent_name: name, provision_phone: false })
    const held = async () => (await control(world, 'GET', 'faults')).held
    await expect.poll(held).toMatchObject([what])
    await world.sql("update agents set work_at = work_at + interval '1 second' where name = $1", [
      name,
    ])
    await releaseHeld(world)

    expectProblem(await asked, 500, 'lease_lost')
  })

  test('an agent, with no number in stock, has one bought and bound to it, and a key of its own', async () => {
    const { token, organization } = await anOrganization()

    const { status, body } = await createAgent(world, token, {
      agent_name: "Dr. Smith's Office Assistant",
      area_code: '212',
      language: 'en',
    })

    expect(status).toBe(201)
    expect(body).toMatchObject({
      agent_id: expect.stringMatching(/^agent_/),
      agent_name: "Dr. Smith's Office Assistant",
      phone_number: expect.stringMatching(/^\+1212\d{7}$/),
      phone_number_status: 'active',
      api_token: expect.stringMatching(/^ol_/),
      created_at: expect.any(String),
    })
    expect(await numberAtCarriers(world, body.phone_number)).toMatchObject({
      assigned_agent: { agent_id: body.agent_id },
    })
    const own = await request(world.origin, 'GET', '/api/agents', { token: body.api_token })
    expect(own.body.agents).toMatchObject([{ agent_id: body.agent_id }])
    const after = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(after.body.organization.readyToUse).toBe(true)
  })

  test('a call to the number of an agent, inbound or outbound, is answered by that agent', async () => {
    const { token, organization } = await anOrganization()
    const { body } = await createAgent(world, token, {
      first_message: 'You reach {{organization_name}}, Mia speaking.',
    })

    const inbound = await control(world, 'POST', 'calls', {
      from: '+16045557301',
      to: body.phone_number,
    })
    const outbound = await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token,
      body: { organizationId: organization.id, phoneNumber: '+16045557302' },
    })

    expect(inbound.agentSaid).toContain(`You reach ${organization.name}, Mia speaking.`)
    expect(outbound.status).toBe(200)
    const calls = await world.sql('select agent_id from calls where organization_id = $1', [
      organization.id,
    ])
    expect(calls).toEqual([{ agent_id: body.agent_id }, { agent_id: body.agent_id }])
  })

  test('an agent, with a number in the pool, takes it, and it is rebound before it counts as active', async () => {
    const { token } = await anOrganization()
    const number = await aPoolNumber(world)
    await fault(world, 'elevenlabs', 'phoneNumbers.update', 'error', { times: 99 })

    const { body } = await createAgent(world, token, { area_code: number.slice(2, 5) })

    expect(body).toMatchObject({ phone_number: number, phone_number_status: 'pending' })
    await control(world, 'DELETE', 'faults')
    await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [
      number,
    ])
    await world.context.phoneNumbers.syncDue.tick(signal)
    const synced = await onAgent(token, 'GET', body.agent_id)
    expect(synced.body).toMatchObject({ phone_number: number, phone_number_status: 'active' })
    expect(await numberAtCarriers(world, number)).toMatchObject({
      assigned_agent: { agent_id: body.agent_id },
    })
  })

  test('an agent whose number cannot be had yet, is made all the same, and its number follows', async () => {
    const { token } = await anOrganization()
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { times: 99, status: 401 })

    const { origin, context } = await anotherServer(world, { signupWaitMs: 0 })
    const { status, body } = await createAgent({ ...world, origin }, token)
    await context.background.empty()

    expect(status).toBe(201)
    expect(body).toMatchObject({ phone_number: null, phone_number_status: 'pending' })
    await tickOrders(world)
    expect(await world.sql('select from carrier_pauses')).toHaveLength(1)
    await control(world, 'DELETE', 'faults')
    await world.sql('delete from carrier_pauses')
    await world.sql("update number_orders set next_run_at = now() where status = 'running'")
    await tickOrders(world)
    const later = await onAgent(token, 'GET', body.agent_id)
    expect(later.body.phone_number_status).toBe('active')
  })

  test('provision_phone false, makes an agent without a number, which can be given one, once', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    expect(agent).toMatchObject({ phone_number: null, phone_number_status: 'none' })
    const path = `${agent.agent_id}/phone-number`

    const first = await onAgent(token, 'POST', path, { area_code: '415' }, 'first-number')
    await world.sql('delete from idempotency_keys')
    const repeat = await onAgent(token, 'POST', path, { area_code: '415' }, 'first-number')
    const second = await onAgent(token, 'POST', path, {})

    const number = first.body.phone_number as string
    expect(first).toMatchObject({
      status: 201,
      body: {
        message: `Phone number ${number} provisioned successfully`,
        phone_number_sid: expect.stringMatching(/^PN/),
        friendly_name: `(415) ${number.slice(5, 8)}-${number.slice(8)}`,
        capabilities: { voice: true, sms: true, mms: expect.any(Boolean) },
        status: 'active',
      },
    })
    expect(repeat.body).toEqual(first.body)
    expectProblem(second, 409, 'agent_has_number')
    expect(second.body.detail).toContain('already exists')
  })

  test('another number of an agent, by the route of the organization, is bound to it too', async () => {
    const { token, organization } = await anOrganization()
    const { body: agent } = await createAgent(world, token)
    await aPoolNumber(world)
    const path = `/api/organizations/${organization.id}/phone-numbers`
    const other = await anOrganization()
    const foreign = await createAgent(world, other.token, { provision_phone: false })

    const second = await request(world.origin, 'POST', path, {
      token,
      body: { agentId: agent.agent_id },
    })
    const refused = await request(world.origin, 'POST', path, {
      token,
      body: { agentId: foreign.body.agent_id },
    })

    expect(second).toMatchObject({ status: 201, body: { phoneNumberStatus: 'active' } })
    expect(await numberAtCarriers(world, second.body.phoneNumber)).toMatchObject({
      assigned_agent: { agent_id: agent.agent_id },
    })
    expectProblem(refused, 404, 'agent_not_found')
    const list = await onAgent(token, 'GET', 'phone-numbers')
    expect(list.body).toMatchObject({ total: 2, nextCursor: null })
    const agents = list.body.phone_numbers.map((row: { agent_id: string }) => row.agent_id)
    expect(agents).toEqual([agent.agent_id, agent.agent_id])
  })

  test('a changed agent, speaks so from the next call on; a repeat changes nothing', async () => {
    const { token } = await anOrganization()
    const { body } = await createAgent(world, token)
    const change = () =>
      onAgent(token, 'PATCH', body.agent_id, {
        agent_name: 'Mia',
        language: 'de',
        first_message: 'Guten Tag',
        voice_id: '21m00Tcm4TlvDq8ikWAM',
      })

    const first = await change()
    const again = await change()

    expect(first).toMatchObject({
      status: 200,
      body: { agent_name: 'Mia', language: 'de', first_message: 'Guten Tag' },
    })
    expect(again.status).toBe(200)
    const [mia] = (await agentsAtElevenLabs(world, 'Mia')) as unknown as [Record<string, never>]
    expect(mia).toMatchObject({
      agent_id: body.agent_id,
      conversation_config: {
        agent: { language: 'de', first_message: '{{recording_notice}}Guten Tag' },
        tts: { voice_id: '21m00Tcm4TlvDq8ikWAM', agent_output_audio_format: 'ulaw_8000' },
      },
    })
  })

  test('a released number of an agent, is silent, and comes back to the agent when restored', async () => {
    const { token, organization } = await anOrganization()
    const { body: agent } = await createAgent(world, token)
    const number = agent.phone_number

    const released = await onAgent(token, 'DELETE', `${agent.agent_id}/phone-number`)
    const without = await onAgent(token, 'DELETE', `${agent.agent_id}/phone-number`)
    const path = `/api/organizations/${organization.id}/phone-numbers/${number}/restore`
    const restored = await request(world.origin, 'POST', path, { token })

    expect(released).toMatchObject({
      status: 200,
      body: {
        message: `Phone number ${number} released successfully`,
        release_at: expect.any(String),
      },
    })
    expectProblem(without, 404, 'phone_number_not_found')
    expect(restored.status).toBe(200)
    const after = await onAgent(token, 'GET', agent.agent_id)
    expect(after.body).toMatchObject({ phone_number: number, phone_number_status: 'active' })
  })

  test('a deleted agent, leaves its number in quarantine, its key worthless, and ElevenLabs without it', async () => {
    const { token, organization } = await anOrganization()
    const { body: agent } = await createAgent(world, token)
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { times: 99 })

    const deleted = await onAgent(token, 'DELETE', agent.agent_id)

    expect(deleted.status).toBe(202)
    expect(deleted.body.message).toContain('(1) are still being switched off')
    expect(await agentsAtElevenLabs(world, agent.agent_name)).toHaveLength(1)
    await control(world, 'DELETE', 'faults')
    await world.sql('update phone_numbers set sync_due_at = now() where sync_due_at is not null')
    await world.context.phoneNumbers.syncDue.tick(signal)
    await sweep()
    expect(await agentsAtElevenLabs(world, agent.agent_name)).toEqual([])
    expectProblem(await onAgent(token, 'GET', agent.agent_id), 404, 'agent_not_found')
    const byKey = await request(world.origin, 'GET', '/api/agents', { token: agent.api_token })
    expect(byKey.status).toBe(401)
    const path = `/api/organizations/${organization.id}/phone-numbers/${agent.phone_number}/restore`
    await request(world.origin, 'POST', path, { token })
    expect(await numberAtCarriers(world, agent.phone_number)).toMatchObject({
      assigned_agent: { agent_id: world.config.elevenLabs.agentId },
    })
  })

  test.each([
    ['an agent', 'GET', ''],
    ['a change', 'PATCH', ''],
    ['a deletion', 'DELETE', ''],
    ['a number', 'POST', '/phone-number'],
    ['a release', 'DELETE', '/phone-number'],
  ])("%s, asked for by another organization's admin, answers 404", async (_, method, rest) => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const stranger = await anOrganization()

    const answer = await onAgent(stranger.token, method, agent.agent_id + rest, {})

    expectProblem(answer, 404, 'agent_not_found')
    const list = await onAgent(stranger.token, 'GET', 'phone-numbers')
    expect(list.body).toMatchObject({ phone_numbers: [], total: 0 })
  })

  test.each([
    ['an unknown language', { language: 'xx' }, 422, 'agent_refused', /language/],
    ['an unknown voice', { voice_id: 'nobody' }, 422, 'agent_refused', /voice/],
    ['no language at all', { language: 'English, please' }, 400, 'validation_failed', /language/],
    ['an over-long prompt', { prompt: 'a'.repeat(50_001) }, 400, 'validation_failed', /prompt/],
    [
      'an area code of another country',
      { area_code: '604', country: 'US' },
      400,
      'area_code_not_supported',
      /604/,
    ],
    ['a wrong area code', { area_code: '911' }, 400, 'area_code_invalid', /911/],
  ] as const)(
    '%s, is refused with the reason, and nothing is made',
    async (_, fields, status, code, reason) => {
      const { token } = await anOrganization()
      const name = `Never ${randomUUID()}`

      const answer = await createAgent(world, token, { agent_name: name, ...fields })

      expectProblem(answer, status, code)
      expect(answer.body.detail).toMatch(reason)
      await sweep()
      expect(await agentsAtElevenLabs(world, name)).toEqual([])
      expect((await onAgent(token, 'GET', 'phone-numbers')).body.total).toBe(0)
    },
  )

  test('a change that ElevenLabs refuses, is refused with its reason, and nothing is changed', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const before = await agentsAtElevenLabs(world, agent.agent_name)

    const answers = [
      await onAgent(token, 'PATCH', agent.agent_id, { agent_name: 'Never', language: 'xx' }),
      await onAgent(token, 'PATCH', agent.agent_id, { agent_name: 'Never', voice_id: 'nobody' }),
    ]

    for (const answer of answers) expectProblem(answer, 422, 'agent_refused')
    expect(answers.map(({ body }) => body.detail)).toEqual([
      expect.stringContaining('language'),
      expect.stringContaining('voice'),
    ])
    expect(await agentsAtElevenLabs(world, agent.agent_name)).toEqual(before)
    const { api_token: _key, ...shown } = agent
    expect((await onAgent(token, 'GET', agent.agent_id)).body).toEqual(shown)
  })

  test('a user of no organization or of several, and an operator, have to name it', async () => {
    const nobody = await aUser(world)
    const several = await anOrganization()
    await signUp(world, { provisionPhone: false }, several.token)

    const answers = await Promise.all(
      [nobody.token, several.token, ADMIN].map((token) => createAgent(world, token)),
    )
    const named = await createAgent(world, several.token, {
      organizationId: several.organization.id,
      provision_phone: false,
    })

    for (const answer of answers) expectProblem(answer, 400, 'organization_required')
    expect(named.status).toBe(201)
  })

  describe.each(['error', 'timeout', 'lost_reply', 'late'])('agents.create meets %s', (kind) => {
    test('leaves one agent that is the organization’s, or none at all', async () => {
      const { token } = await anOrganization()
      const name = `Faulty ${randomUUID()}`
      const key = randomUUID()
      const ask = () => createAgent(world, token, { agent_name: name, provision_phone: false }, key)
      await fault(world, 'elevenlabs', 'agents.create', kind, howOf(kind))

      const first = await ask()

      expect(first.status).toBe(kind === 'lost_reply' ? 201 : 502)
      const again = await ask()
      await whenLate(kind, name)
      await sweep()
      expect(again.status).toBe(201)
      const left = await agentsAtElevenLabs(world, name)
      expect(left.map((agent) => agent.agent_id)).toEqual([again.body.agent_id])
      const active = (await rowsNamed(name)).filter(({ status }) => status === 'active')
      expect(active).toHaveLength(1)
    })
  })

  describe.each([
    ['agents.duplicate', 'error'],
    ['agents.duplicate', 'timeout'],
    ['agents.duplicate', 'lost_reply'],
    ['agents.duplicate', 'late'],
    ['agents.update', 'error'],
    ['none', ''],
  ])('with a template, %s meeting %s', (operation, kind) => {
    test('leaves one duplicate with the words wanted, or none at all', async () => {
      const { organization } = await anOrganization()
      const template = await world.context.elevenLabs({
        operation: 'agents.create',
        method: 'POST',
        path: 'convai/agents/create',
        body: { name: 'Template', conversation_config: { agent: { first_message: 'Hi' } } },
        reply: z.object({ agent_id: z.string() }),
      })
      const { agents } = createContext(
        { ...world.config, agents: { ...world.config.agents, templateId: template.agent_id } },
        { log: world.context.log, db: world.context.db },
      )
      const name = `Copy ${randomUUID()}`
      const ask = () =>
        agents.agents.create({
          requestId: organization.id,
          actor: OPERATOR,
          organizationId: organization.id,
          fields: { name, prompt: 'Be brief' },
          criteria: null,
        })
      if (kind) await fault(world, 'elevenlabs', operation, kind, howOf(kind))

      const first = await Promise.allSettled([ask()])
      const made = await ask()
      await whenLate(kind, name)
      await sweep()

      const mayFail = !['', 'lost_reply'].includes(kind)
      expect(first[0].status).toBe(mayFail ? 'rejected' : 'fulfilled')
      expect(await agentsAtElevenLabs(world, name)).toMatchObject([
        {
          agent_id: made.agent_id,
          conversation_config: {
            agent: { first_message: '{{recording_notice}}Hi', prompt: { prompt: 'Be brief' } },
            tts: { agent_output_audio_format: 'ulaw_8000' },
          },
          platform_settings: {
            overrides: { enable_conversation_initiation_client_data_from_webhook: true },
          },
        },
      ])
    })
  })

  /** An agent at ElevenLabs that answers the number, and of which the backup knows the request alone. */
  const anOlderAgent = async ({ id, phoneNumber }: { id: string; phoneNumber: string }) => {
    const name = `Older ${randomUUID()}`
    const agentId = await makeAtCarriers(`${name} (${await aDyingRequest(id, name)})`)
    await bind(phoneNumber, agentId)
    return { name, agentId }
  }
  const bind = async (phoneNumber: string, agentId: string | null) => {
    const { phone_number_id } = await numberAtCarriers(world, phoneNumber)
    await world.context.elevenLabs({
      operation: 'phoneNumbers.update',
      method: 'PATCH',
      path: `convai/phone-numbers/${phone_number_id}`,
      body: { agent_id: agentId },
      reply: z.unknown(),
    })
  }

  test('an agent whose request was under way in a backup, and that has its number since, stays', async () => {
    const { organization } = await signUp(world)
    const { name, agentId } = await anOlderAgent(organization)

    await sweep()

    expect(await agentsAtElevenLabs(world, name)).toMatchObject([{ agent_id: agentId }])
  })

  test('an agent whose request was under way in a backup, stays while ElevenLabs lists no number', async () => {
    const { organization } = await signUp(world)
    const { name, agentId } = await anOlderAgent(organization)
    await fault(world, 'elevenlabs', 'phoneNumbers.list', 'empty_list', { times: 99 })

    await sweep()
    await sweep()

    await control(world, 'DELETE', 'faults')

    expect(await agentsAtElevenLabs(world, name)).toMatchObject([{ agent_id: agentId }])
  })

  test('an agent whose request was under way in a backup, stays once it has answered anybody', async () => {
    const { organization } = await signUp(world)
    const { name, agentId } = await anOlderAgent(organization)
    await control(world, 'POST', 'calls', { from: '+16045559700', to: organization.phoneNumber })
    await bind(organization.phoneNumber, world.config.elevenLabs.agentId)

    await sweep()

    expect(await agentsAtElevenLabs(world, name)).toMatchObject([{ agent_id: agentId }])
  })

  test.each(['before', 'after'])(
    'a process that dies %s ElevenLabs made the agent, leaves none',
    async (when) => {
      const { token, organization } = await anOrganization()
      const name = `Mortal ${randomUUID()}`
      const tag = await aDyingRequest(organization.id, name)
      if (when === 'after') await makeAtCarriers(`${name} (${tag})`)

      await sweep()

      expect(await agentsAtElevenLabs(world, name)).toEqual([])
      expect(await rowsNamed(name)).toEqual([{ status: 'failed' }])
      expect((await request(world.origin, 'GET', '/api/agents', { token })).body.agents).toEqual([])
    },
  )
})
