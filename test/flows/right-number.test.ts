import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, control, fault, request, signUp } from '../support/requests.ts'
import { anOrganizationWithAgent, callTo, importsOf } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

/** Nobody's in any other test. */
const customers = (function* () {
  for (let number = 16045554200; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

type Body = Record<string, unknown>

/** What the two worlds of this file do alike. */
function deeds(at: () => World) {
  const text = (organizationId: string, body: Body) =>
    request(at().origin, 'POST', `/api/organizations/${organizationId}/messages`, {
      token: ADMIN,
      body: { body: 'Hello', ...body },
    })
  const call = (organizationId: string, body: Body) =>
    request(at().origin, 'POST', '/api/elevenlabs/outbound-call', {
      token: ADMIN,
      body: { organizationId, ...body },
    })
  const hear = (from: string, to: string) =>
    control(at(), 'POST', 'sms', { from, to, body: 'Hi, is it still there?' })
  return { text, call, hear }
}

describe('an organization with two numbers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())
  const { text, call, hear } = deeds(() => world)

  test('that answers customers, texts and calls each from the number that they know', async () => {
    const { organization, agent } = await anOrganizationWithAgent(world)
    const [texter, caller] = [aCustomer(), aCustomer()]
    await hear(texter, agent.phone_number)
    await callTo(world, organization.phoneNumber, caller)

    const answers = [
      await text(organization.id, { to: texter }),
      await call(organization.id, { phoneNumber: texter }),
      await text(organization.id, { to: caller }),
    ]

    expect(answers.map(({ body }) => body)).toMatchObject([
      { message: { from: agent.phone_number, number_reason: 'last_exchange' } },
      { from: agent.phone_number, numberReason: 'last_exchange' },
      { message: { from: organization.phoneNumber, number_reason: 'last_exchange' } },
    ])
    const { twilio, elevenlabs } = await atCarriers(world)
    const sent = twilio.messages.filter((row: { to: string }) => row.to === texter)
    expect(sent.map((row: { from: string }) => row.from)).toEqual([agent.phone_number])
    expect(elevenlabs.conversations.at(-1)).toMatchObject({ agent_id: agent.agent_id })
  })

  test('that chooses a number or an agent, texts and calls from it, and says so', async () => {
    const { organization, agent } = await anOrganizationWithAgent(world)
    const to = aCustomer()
    const from = agent.phone_number

    const texted = await text(organization.id, { to, from })
    const called = await call(organization.id, {
      phoneNumber: aCustomer(),
      agentId: agent.agent_id,
    })

    expect(texted.body).toMatchObject({ message: { from, number_reason: 'requested' } })
    expect(called.body).toMatchObject({ from, numberReason: 'agent' })
    expect(await text(organization.id, { to: aCustomer() })).toMatchObject({
      body: { message: { number_reason: expect.stringMatching(/default|newest/) } },
    })
  })

  test('that chooses the number of another, is refused with the reason, and nothing goes out', async () => {
    const { organization } = await signUp(world)
    const { organization: another } = await signUp(world)
    const to = aCustomer()
    const from = another.phoneNumber

    expectProblem(await text(organization.id, { to, from }), 422, 'from_unfit')
    expectProblem(await call(organization.id, { phoneNumber: to, from }), 422, 'from_unfit')

    expect(await world.sql('select 1 from contacts where phone_number = $1', [to])).toEqual([])
  })
})

describe('an organization with two numbers that this server answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server' } })
  })
  afterAll(() => world.stop())
  const { call, hear } = deeds(() => world)

  test('that calls back, has the number that the customer knows imported, and no other', async () => {
    const { organization, agent } = await anOrganizationWithAgent(world)
    const customer = aCustomer()
    await hear(customer, agent.phone_number)

    const called = await call(organization.id, { phoneNumber: customer })

    expect(called).toMatchObject({ status: 200, body: { from: agent.phone_number } })
    expect(await importsOf(world, agent.phone_number)).toHaveLength(1)
    expect(await importsOf(world, organization.phoneNumber)).toEqual([])
  })

  test('that calls back while that number cannot be imported, calls from one that is', async () => {
    const { organization, agent } = await anOrganizationWithAgent(world)
    const customer = aCustomer()
    const other = organization.phoneNumber
    const imported = await call(organization.id, { phoneNumber: aCustomer(), from: other })
    expect(imported).toMatchObject({ status: 200, body: { from: other } })
    await hear(customer, agent.phone_number)
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { times: 1, status: 422 })

    const called = await call(organization.id, { phoneNumber: customer })

    expect(called).toMatchObject({ status: 200, body: { from: other } })
  })
})
