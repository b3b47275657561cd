import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CONDITION } from '../../src/carriers/elevenlabs/transfer/platform-transfer.ts'
import { renewServerTools } from '../../src/carriers/elevenlabs/transfer/server-tool.ts'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  signUp,
} from '../support/requests.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

const PERSON = '+16045559401'
const OTHER = '+16045559402'
const signal = new AbortController().signal

const toNumber = (phoneNumber: string) => ({
  transfer_destination: { type: 'phone', phone_number: phoneNumber },
  transfer_type: 'conference',
  condition: CONDITION,
})

describe('to whom agents hand callers over', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '' } })
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await control(world, 'DELETE', 'answers')
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization() {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}`
    const set = (settings: object) =>
      request(world.origin, 'PATCH', path, { token, body: { settings } })
    return { id: organization.id as string, token, path, set }
  }
  async function withAgent(fields: object = { provision_phone: false }) {
    const organization = await anOrganization()
    const { body } = await createAgent(world, organization.token, { ...fields })
    return {
      ...organization,
      agentId: body.agent_id as string,
      agentName: body.agent_name as string,
      number: body.phone_number as string,
    }
  }
  const shown = async ({ token, agentId }: { token: string; agentId: string }) =>
    (await request(world.origin, 'GET', `/api/agents/${agentId}`, { token })).body.transfer_to
  const configOf = async (agentId: string) =>
    (await atCarriers(world)).elevenlabs.agents.find(
      (each: { agent_id: string }) => each.agent_id === agentId,
    ).conversation_config.agent
  const promptOf = async (agentId: string) => (await configOf(agentId)).prompt
  const transfersOf = async (agentId: string) =>
    (await promptOf(agentId)).built_in_tools?.transfer_to_number?.params.transfers
  const loop = () => world.context.agents.agents.tick(signal)
  const nowDue = (agentId: string) =>
    world.sql(
      `update agents set transfer_at = case when transfer_at is not null then now() end,
         change_at = case when change_at is not null then now() end
       where elevenlabs_agent_id = $1`,
      [agentId],
    )
  const changeAtElevenLabs = (agentId: string, prompt: object) =>
    world.context.elevenLabs({
      operation: 'agents.update',
      method: 'PATCH',
      path: `convai/agents/${agentId}`,
      body: { conversation_config: { agent: { prompt } } },
      reply: z.unknown(),
    })

  test.each([
    ['a premium number', '+19005551234'],
    ['a satellite number', '+881612345678'],
    ['a number in a country that this server does not call', '+442079460018'],
  ])('set to %s, are refused as unfit, and nothing is stored', async (_what, number) => {
    const { set, path, token } = await withAgent()

    expectProblem(await set({ transfer_to: number }), 422, 'transfer_unfit')

    const { body } = await request(world.origin, 'GET', path, { token })
    expect(body.organization.settings).toEqual({})
  })

  test.each([
    ['no number', 'nobody', 400, 'destination_impossible'],
    ['an emergency number', '911', 422, 'transfer_unfit'],
    ['a number of no numbering plan', '+19995550100', 400, 'destination_impossible'],
  ])('set to %s, are refused', async (_what, number, status, code) => {
    const { set } = await withAgent()

    expectProblem(await set({ transfer_to: number }), status, code)
  })

  test('set to a number that this server answers, are refused: its own, and another organization’s', async () => {
    const own = await withAgent({})
    const other = await withAgent({})

    const answers = [
      await own.set({ transfer_to: own.number }),
      await own.set({ transfer_to: other.number }),
    ]

    for (const answer of answers) expectProblem(answer, 422, 'transfer_unfit')
  })

  test.each(['elevenlabs', 'server'])(
    'set without an agent of its own, in the mode %s, are refused with the route that makes one',
    async (mode) => {
      const { set } = await anOrganization()

      const answer = await set({ transfer_to: PERSON, inbound_voice: mode })

      expectProblem(answer, 422, 'needs_own_agent')
      expect(answer.body.detail).toContain('POST /api/agents')
    },
  )

  test('set, are on each agent of the organization at once, and on no other', async () => {
    const organization = await withAgent()
    const second = (await createAgent(world, organization.token, { provision_phone: false })).body
    const other = await withAgent()

    await organization.set({ transfer_to: PERSON })

    expect(await transfersOf(organization.agentId)).toEqual([toNumber(PERSON)])
    expect(await transfersOf(second.agent_id)).toEqual([toNumber(PERSON)])
    expect(await shown(organization)).toBe(PERSON)
    expect(await promptOf(other.agentId)).not.toHaveProperty('built_in_tools')
    expect(await promptOf(world.config.elevenLabs.agentId)).not.toHaveProperty('built_in_tools')
  })

  test('set, are on an agent that is made afterwards', async () => {
    const { set, token } = await withAgent()
    await set({ transfer_to: PERSON })

    const { body } = await createAgent(world, token, { provision_phone: false })

    expect(await transfersOf(body.agent_id)).toEqual([toNumber(PERSON)])
    expect(body.transfer_to).toBe(PERSON)
  })

  test('changed, and taken away, are so on the agent, and what a person set there stays', async () => {
    const organization = await withAgent()
    const { agentId, set } = organization
    const theirs = { ...toNumber('+16045559499'), condition: 'The caller asks for the workshop.' }
    await changeAtElevenLabs(agentId, {
      built_in_tools: {
        transfer_to_number: {
          name: 'transfer_to_number',
          params: { system_tool_type: 'transfer_to_number', transfers: [theirs] },
        },
      },
    })

    await set({ transfer_to: PERSON })
    await set({ transfer_to: OTHER })
    const changed = await transfersOf(agentId)
    await set({ transfer_to: null })

    expect(changed).toEqual([theirs, toNumber(OTHER)])
    expect(await transfersOf(agentId)).toEqual([theirs])
    expect(await shown(organization)).toBeNull()
  })

  test('of an organization that changes who answers its calls, are by the other tool from then on', async () => {
    const { agentId, set } = await withAgent()
    await set({ transfer_to: PERSON })

    await set({ inbound_voice: 'server' })
    const asServer = await promptOf(agentId)
    const { tools } = (await atCarriers(world)).elevenlabs
    await set({ inbound_voice: 'elevenlabs' })

    expect(asServer.built_in_tools.transfer_to_number).toBeNull()
    expect(asServer.tool_ids).toEqual([tools[0].id])
    expect(tools).toHaveLength(1)
    expect(await promptOf(agentId)).toMatchObject({
      tool_ids: [],
      built_in_tools: { transfer_to_number: { params: { transfers: [toNumber(PERSON)] } } },
    })
  })

  test('set while ElevenLabs is away, are stored, and the loop puts them on the agent', async () => {
    const organization = await withAgent()
    await fault(world, 'elevenlabs', 'agents.get', 'error', { times: 99, status: 503 })

    const { status } = await organization.set({ transfer_to: PERSON })
    const before = await shown(organization)
    await control(world, 'DELETE', 'faults')
    await nowDue(organization.agentId)
    await loop()

    expect([status, before]).toEqual([200, null])
    expect(await transfersOf(organization.agentId)).toEqual([toNumber(PERSON)])
    expect(await shown(organization)).toBe(PERSON)
  })

  test('refused by ElevenLabs, are told to operators, tried again a day later, and then resolved', async () => {
    const organization = await withAgent()
    const { agentId, agentName } = organization
    await fault(world, 'elevenlabs', 'agents.update', 'error', { times: 1, status: 400 })

    await organization.set({ transfer_to: PERSON })
    const pending = () => notifications(world, '?status=pending&type=phone_setup_failed')
    const reported = (await pending()).filter(({ message }) => message.includes(agentName))
    await loop()
    const soon = await shown(organization)
    await nowDue(agentId)
    await loop()

    expect(reported.map(({ message }) => message)).toEqual([expect.stringContaining(PERSON)])
    expect(soon).toBeNull()
    expect(await shown(organization)).toBe(PERSON)
    expect((await pending()).filter(({ message }) => message.includes(agentName))).toEqual([])
  })

  test('set, are where ElevenLabs itself puts a caller through who asks for a person, and the history shows it', async () => {
    const { number, set, path, token } = await withAgent({})
    await set({ transfer_to: PERSON })

    const heard = await control(world, 'POST', 'calls', {
      from: '+16045559411',
      to: number,
      says: ['A person, please.'],
      wantsPerson: true,
    })

    expect(heard).toMatchObject({ mode: 'elevenlabs', forwardedTo: PERSON })
    const { body } = await request(world.origin, 'GET', `${path}/calls`, { token })
    expect(body.calls).toMatchObject([
      { status: 'completed', transfer: 'passed_on', transferred_to: PERSON },
    ])
  })

  test('known to ElevenLabs by an old address or secret, get the present one when it is set up again', async () => {
    const { set } = await withAgent()
    await set({ transfer_to: PERSON, inbound_voice: 'server' })
    const [{ id: deployment }] = (await world.sql<{ id: string }>('select id from deployment')) as [
      { id: string },
    ]
    const own = {
      deployment,
      addresses: ['https://moved.example.com'] as [string],
      initSecrets: ['another-secret-0123456789'] as [string],
    }
    const toolAtElevenLabs = async () =>
      (await atCarriers(world)).elevenlabs.tools[0].tool_config.api_schema

    const unchanged = await renewServerTools(world.context.elevenLabs, {
      ...own,
      addresses: [world.config.publicUrl],
      initSecrets: [INIT_SECRET],
    })
    const renewed = await renewServerTools(world.context.elevenLabs, own)

    expect([unchanged.length, renewed.length]).toEqual([0, 1])
    expect(await toolAtElevenLabs()).toMatchObject({
      url: 'https://moved.example.com/api/webhooks/elevenlabs/agents/{agent_id}/transfer',
      request_headers: { 'X-Orgline-Secret': 'another-secret-0123456789' },
    })
  })

  test('are gone with the last agent of the organization’s own, and not before, which the audit log says', async () => {
    const { id, agentId, token, set, path } = await withAgent()
    const second = (await createAgent(world, token, { provision_phone: false })).body
    await set({ transfer_to: PERSON })
    const settings = async () =>
      (await request(world.origin, 'GET', path, { token })).body.organization.settings

    await request(world.origin, 'DELETE', `/api/agents/${agentId}`, { token })
    const before = await settings()
    await request(world.origin, 'DELETE', `/api/agents/${second.agent_id}`, { token })

    expect(before).toEqual({ transfer_to: PERSON })
    expect(await settings()).toEqual({})
    expect(
      await world.sql(
        `select count(*)::int as times from audit_log where organization_id = $1 and action = 'change_organization'
           and details -> 'changed' = '["transfer_to"]'`,
        [id],
      ),
    ).toEqual([{ times: 2 }])
  })

  test('of an operator’s change, are written in the audit log as any other setting', async () => {
    const { id, path } = await withAgent()

    await request(world.origin, 'PATCH', path, {
      token: ADMIN,
      body: { settings: { transfer_to: PERSON } },
    })

    expect(
      await world.sql(
        "select details -> 'changed' as changed from audit_log where organization_id = $1 and action = 'change_organization'",
        [id],
      ),
    ).toEqual([{ changed: ['transfer_to'] }])
  })
})
