import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bare,
  CREATE,
  CURL_CREATE,
  CURL_LIST,
  INCOMING_CALL,
  LIST,
  PROVISION,
  RELEASE,
  SHOW,
  TEST_CREATE,
} from '../support/documented-agents.ts'
import { createWorkflow, type Workflow } from '../support/documented-workflow.ts'
import { control, signUp } from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/)

describe("the agents document's commands", () => {
  let world: World
  let workflow: Workflow
  beforeAll(async () => {
    world = await startWorld()
    workflow = createWorkflow({ api: world.origin, world: world.twins.origin })
  })
  afterAll(() => world.stop())

  /** A client who runs the document's commands with a token, on an agent where there is one. */
  async function aClient() {
    const { token, organization } = await signUp(world, { provisionPhone: false })
    const run = (command: string, agentId = '') =>
      workflow.run(command, { ...bare, '{agent_id}': agentId }, token)
    return { token, organization, run }
  }
  const anAgent = (name: string) => ({
    agent_id: expect.stringMatching(/^agent_/),
    agent_name: name,
    phone_number: expect.stringMatching(/^\+1212\d{7}$/),
    phone_number_status: 'active',
    api_token: expect.stringMatching(/^ol_/),
    created_at: aTime,
  })

  test.each([
    ['POST /api/agents', CREATE, "Dr. Smith's Office Assistant"],
    ['curl -X POST …/api/agents', CURL_CREATE, 'Test Agent'],
    ['POST …/api/agents, as for tests,', TEST_CREATE, 'Test Agent'],
  ])('%s, makes an agent with an active number and a key', async (_name, command, name) => {
    const { run } = await aClient()

    expect(await run(command)).toMatchObject({ status: 201, body: anAgent(name) })
  })

  test.each([
    ['GET …/phone-numbers', LIST],
    ['curl …/phone-numbers', CURL_LIST],
  ])('%s, with two agents, lists the number of each and a total', async (_name, command) => {
    const { run } = await aClient()
    const agents = [await run(CREATE), await run(CURL_CREATE)]

    const { status, body } = await run(command)

    expect(status).toBe(200)
    const rows = agents.map(({ body: { phone_number, agent_id } }) =>
      expect.objectContaining({ phone_number, agent_id, status: 'active', provisioned_at: aTime }),
    )
    expect(body).toMatchObject({ phone_numbers: expect.arrayContaining(rows), total: 2 })
    expect(body.phone_numbers).toHaveLength(2)
  })

  test('POST …/phone-number, for an agent without one, answers the number; asked again, that it exists', async () => {
    const { run, organization, token } = await aClient()
    const { agent_id: id } = (
      await workflow.run(
        'POST /api/agents\n{"agent_name": "Later", "provision_phone": false}',
        {},
        token,
      )
    ).body

    const { status, body } = await run(PROVISION, id)
    const again = await run(PROVISION, id)
    const shown = await run(SHOW, id)

    const number = expect.stringMatching(/^\+1415\d{7}$/)
    expect(status).toBe(201)
    expect(body).toEqual({
      message: `Phone number ${body.phone_number} provisioned successfully`,
      phone_number: number,
      phone_number_sid: expect.stringMatching(/^PN[0-9a-f]{32}$/),
      friendly_name: expect.stringMatching(/^\(415\) \d{3}-\d{4}$/),
      capabilities: { voice: true, sms: expect.any(Boolean), mms: expect.any(Boolean) },
      status: 'active',
    })
    expect(again).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining(`${body.phone_number} already exists`) },
    })
    expect(again.body.error).toContain(organization.id)
    expect(shown.body).toMatchObject({ agent_id: id, phone_number: body.phone_number })
  })

  test('DELETE …/phone-number, of an agent with one, releases it', async () => {
    const { run } = await aClient()
    const { agent_id: id, phone_number: number } = (await run(CREATE)).body

    const { status, body } = await run(RELEASE, id)

    expect(status).toBe(200)
    expect(body.message).toBe(`Phone number ${number} released successfully`)
    expect((await run(SHOW, id)).body).toMatchObject({ phone_number: null })
  })

  test('POST …/call/incoming, signed as Twilio does, routes to the agent of the number, and else is refused', async () => {
    const { run } = await aClient()
    const [first, second] = [(await run(CREATE)).body, (await run(CREATE)).body]
    const call = { To: second.phone_number, From: '+19175551234', CallSid: 'CAxxxxx' }

    const unsigned = await run(INCOMING_CALL)
    const signed = await twilioPost(world, '/api/webhooks/call/incoming', call)

    expect(unsigned).toMatchObject({ status: 403, body: { code: 'signature_invalid' } })
    const [, conversation = ''] = /"conversation_id" value="(\w+)"/.exec(signed.body) ?? []
    const { agent_id: answering } = await workflow.conversation(conversation)
    expect(answering).toBe(second.agent_id)
    expect(answering).not.toBe(first.agent_id)
  })

  test('"No available phone numbers", in a whole country, says so, and another area code helps at once', async () => {
    const { run } = await aClient()
    const stock = (count: number) =>
      ['212', '415', '305'].map((areaCode) => control(world, 'POST', 'stock', { areaCode, count }))
    await Promise.all(stock(0))

    const { body: agent } = await run(CREATE)
    const inVain = await run(PROVISION, agent.agent_id)
    await Promise.all(stock(5_000))
    const helped = await run(PROVISION, agent.agent_id)

    const nothing = expect.stringContaining('no number with voice and SMS for sale in US')
    expect(agent).toMatchObject({ phone_number: null, phone_number_status: 'pending' })
    expect(agent.phone_number_error).toEqual(nothing)
    expect(inVain).toMatchObject({ status: 202, body: { phone_number: null, message: nothing } })
    expect(helped).toMatchObject({ status: 201, body: { status: 'active' } })
    const orders = await world.sql(
      'select status from number_orders where agent_id = $1 order by created_at',
      [agent.agent_id],
    )
    expect(orders).toEqual([{ status: 'canceled' }, { status: 'canceled' }, { status: 'done' }])
  })
})
