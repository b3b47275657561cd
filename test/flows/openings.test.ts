import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, request, signUp } from '../support/requests.ts'
import { callTo } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

/** Nobody's in any other test. */
const customers = (function* () {
  for (let number = 16045554400; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

/** Both ways in which calls are answered, and both agents, open calls with the same words. */
describe.each(['elevenlabs', 'server'])('the opening of a call, INBOUND_VOICE=%s', (voice) => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: voice } })
  })
  afterAll(() => world.stop())

  const call = (organizationId: string, more: object = {}) =>
    request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token: ADMIN,
      body: { organizationId, phoneNumber: aCustomer(), ...more },
    })
  const change = (organizationId: string, greetings: object | null) =>
    request(world.origin, 'PATCH', `/api/organizations/${organizationId}`, {
      token: ADMIN,
      body: { settings: { greetings } },
    })
  const conversation = async (id: string) => {
    const { elevenlabs } = await atCarriers(world)
    return elevenlabs.conversations.find(
      (row: { conversation_id: string }) => row.conversation_id === id,
    )
  }
  /** Once it has said it. */
  const said = (id: string) =>
    expect.poll(async () => (await conversation(id)).transcript[0]?.message)

  test('inbound and outbound, where nothing is set, fits who calls, and names whom it knows', async () => {
    const { organization } = await signUp(world, { name: 'Premium Auto Sales' })
    const phoneNumber = aCustomer()

    const stranger = await callTo(world, organization.phoneNumber, phoneNumber)
    const { body } = await call(organization.id, { phoneNumber, customerName: 'John Smith' })
    const again = await callTo(world, organization.phoneNumber, phoneNumber)

    expect(stranger.agentSaid).toBe(
      'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
    )
    await said(body.conversationId).toBe(
      'Hi John, this is Jack calling from Premium Auto Sales about your recent inquiry.',
    )
    expect(again.agentSaid).toBe(
      'Hi John, this is Jack from Premium Auto Sales. How can I help you today?',
    )
  })

  test('of an organization with greetings, is theirs in both directions, with what the request gives', async () => {
    const { organization } = await signUp(world, {
      name: 'Premium Auto Sales',
      slug: 'another-premium',
    })
    await change(organization.id, {
      inbound: 'Welcome to {{organization_name}}!',
      outbound:
        '{{customer_first_name}}, {{agent_name}} here about {{reason|your car}}: {{vehicle|any}}.',
    })

    const inbound = await callTo(world, organization.phoneNumber, aCustomer())
    const full = await call(organization.id, {
      customerName: 'Sarah Johnson',
      leadId: 'lead-7',
      reason: 'the test drive',
      variables: { vehicle: 'blue {{Civic}}', visit: 'Saturday\nat nine' },
    })
    const bare = await call(organization.id)

    expect(inbound.agentSaid).toBe('Welcome to Premium Auto Sales!')
    await said(full.body.conversationId).toMatch(
      /^Sarah, Jack here about the test drive: blue \{ \{Civic/,
    )
    await said(bare.body.conversationId).toBe('Jack here about your car: any.')
    const { conversation_initiation_client_data: data } = await conversation(
      full.body.conversationId,
    )
    expect(data.dynamic_variables).toMatchObject({
      call_direction: 'outbound',
      call_reason: 'the test drive',
      call_variables: expect.stringMatching(/^vehicle: blue .*; visit: Saturday at nine$/),
      lead_id: 'lead-7',
    })
  })

  test('of an agent of its own, says that agent’s name', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { body: agent } = await createAgent(world, token, { agent_name: 'Mia' })

    const inbound = await callTo(world, agent.phone_number, aCustomer())
    const { body } = await call(organization.id, { agentId: agent.agent_id })

    const name = organization.name
    expect(inbound.agentSaid).toBe(`Hi, this is Mia from ${name}. How can I help you today?`)
    await said(body.conversationId).toBe(
      `Hi, this is Mia calling from ${name} about your recent inquiry.`,
    )
  })

  test.each([
    ['the deployment’s own agent', undefined, 'Hi, this is Jack from'],
    ['an agent with the usual words', {}, 'Hi, this is Mia from'],
    ['an agent with words of its own', { first_message: 'Good day.' }, 'Good day.'],
    [
      'an agent that opens somewhere inside',
      { first_message: 'Oh! {{opening}}' },
      'Oh! Hi, this is Mia from',
    ],
    ['an agent that has the notice later', { first_message: 'Ah. {{ recording_notice }}' }, 'Ah.'],
  ])(
    'of an organization with a recording notice, by %s, has it said first, once, on every call; without, is as before',
    async (_name, words, greeting) => {
      const { organization, token } = await signUp(world)
      const { body: agent } = words
        ? await createAgent(world, token, { agent_name: 'Mia', ...words })
        : { body: { phone_number: organization.phoneNumber, agent_id: undefined } }
      const notice = (recording_notice: string | null) =>
        request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
          token: ADMIN,
          body: { settings: { recording_notice } },
        })
      const inbound = async () => (await callTo(world, agent.phone_number, aCustomer())).agentSaid
      const outbound = () =>
        call(organization.id, agent.agent_id ? { agentId: agent.agent_id } : {})

      const before = await inbound()
      await notice(' This call is recorded. ')
      const noticed = await inbound()
      const { body } = await outbound()
      await said(body.conversationId).toMatch(/^This call is recorded\. (?!.*recorded)/)
      await notice(null)

      expect(before.startsWith(greeting)).toBe(true)
      expect(noticed).toBe(`This call is recorded. ${before}`)
      expect(await inbound()).toBe(before)
    },
  )

  test.each(['', 'x'.repeat(301), 'Hi {{customer_name}}', 'a }} b'])(
    'a recording notice %j, is refused',
    async (recording_notice) => {
      const { organization } = await signUp(world)
      const answer = await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
        token: ADMIN,
        body: { settings: { recording_notice } },
      })

      expectProblem(answer, 400, 'validation_failed')
    },
  )

  test('with a variable that a call may lack, is refused by its name; null goes back to the default', async () => {
    const { organization } = await signUp(world)

    const refused = await change(organization.id, { outbound: 'About {{vehicle}}' })
    const set = await change(organization.id, { outbound: 'About {{vehicle|a car}}' })
    const unset = await change(organization.id, null)

    expectProblem(refused, 400, 'validation_failed')
    expect(refused.body.detail).toContain('{{vehicle}}')
    expect(set.body.organization.settings).toEqual({
      greetings: { outbound: 'About {{vehicle|a car}}' },
    })
    expect(unset.body.organization.settings).toEqual({})
  })

  test.each([
    [
      'more than 20 variables',
      { variables: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`v${n}`, 'x'])) },
    ],
    ['a long variable', { variables: { vehicle: 'x'.repeat(201) } }],
    ['a variable of another spelling', { variables: { 'The Car': 'x' } }],
    ['an empty reason', { reason: ' ' }],
  ])('asked for with %s, is refused, and nobody is called', async (_, more) => {
    const { organization } = await signUp(world)

    expectProblem(await call(organization.id, more), 400, 'validation_failed')

    expect(
      await world.sql('select 1 from calls where organization_id = $1', [organization.id]),
    ).toEqual([])
  })
})
