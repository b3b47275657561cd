import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Actor } from '../../src/platform/actor.ts'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { agentsAtElevenLabs, createAgent, numberAtCarriers } from '../support/agents.ts'
import { aKey } from '../support/api-keys.ts'
import { aPoolNumber } from '../support/manual.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const signal = new AbortController().signal

describe('agents', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { MAX_AGENTS_PER_ORGANIZATION: '2' } })
  })
  afterAll(() => world.stop())
  beforeEach(() => control(world, 'DELETE', 'faults'))

  const anOrganization = () => signUp(world, { provisionPhone: false })
  const agentsBy = (token: string) => request(world.origin, 'GET', '/api/agents', { token })
  const onAgent = (token: string, method: string, id: string, body?: object) =>
    request(world.origin, method, `/api/agents/${id}`, { token, ...(body && { body }) })
  /** A creation that can be sent again, as it was or with other fields, under the same key. */
  const aRepeatable = (token: string) => {
    const fields = { agent_name: `Agent ${randomUUID()}`, provision_phone: false }
    const key = randomUUID()
    return (other: object = {}) => createAgent(world, token, { ...fields, ...other }, key)
  }

  test.each(['first_message', 'prompt'])(
    'a %s with a variable that no call has, is refused, new or as a change',
    async (field) => {
      const { token } = await anOrganization()
      const agent_name = `Never ${randomUUID()}`
      const wrong = { [field]: 'Hi {{customer_nam}} of {{organization_name}}' }
      const { body: agent } = await createAgent(world, token, { provision_phone: false })

      const made = await createAgent(world, token, { agent_name, ...wrong })
      const changed = await onAgent(token, 'PATCH', agent.agent_id, wrong)

      for (const answer of [made, changed]) {
        expectProblem(answer, 400, 'validation_failed')
        expect(answer.body.detail).toContain(`${field}: uses {{customer_nam}}, which no call has`)
        expect(answer.body.detail).toContain('{{customer_name}}, {{customer_phone}}')
      }
      expect(await agentsAtElevenLabs(world, agent_name)).toEqual([])
      expect((await onAgent(token, 'GET', agent.agent_id)).body[field]).toBeNull()
    },
  )

  test('another creation under a used Idempotency-Key, is refused, also after a repeat that failed', async () => {
    const { token } = await anOrganization()
    const ask = aRepeatable(token)
    const { body: agent } = await ask()

    const other = await ask({ agent_name: 'Another' })
    const { body: repeated } = await ask()
    expect((await agentsBy(token)).body.agents).toMatchObject([{ agent_id: agent.agent_id }])
    await onAgent(token, 'DELETE', agent.agent_id)
    const failed = await ask()
    const later = await ask({ agent_name: 'Another' })

    expectProblem(other, 422, 'idempotency_key_reused')
    expect(repeated.agent_id).toBe(agent.agent_id)
    expectProblem(failed, 409, 'wrong_state')
    expectProblem(later, 422, 'idempotency_key_reused')
    expect((await agentsBy(token)).body.agents).toEqual([])
  })

  test('a repeated creation, whose key was never used, hands out another in its place', async () => {
    const ask = aRepeatable((await anOrganization()).token)
    const { body: first } = await ask()

    const { status, body: again } = await ask()

    expect(status).toBe(201)
    expect(again.api_token).not.toBe(first.api_token)
    expect((await agentsBy(again.api_token)).status).toBe(200)
    expect((await agentsBy(first.api_token)).status).toBe(401)
  })

  test('a repeated creation, whose key is in use, leaves that key alone and shows none', async () => {
    const ask = aRepeatable((await anOrganization()).token)
    const { body: first } = await ask()
    await agentsBy(first.api_token)

    const { status, body: again } = await ask()

    expect(status).toBe(201)
    expect(again).toEqual({ ...first, api_token: null })
    expect((await agentsBy(first.api_token)).status).toBe(200)
  })

  test('an organization with as many agents as it may make, gets no other, except from an operator', async () => {
    const { token, organization } = await anOrganization()
    const { key } = await aKey(world, organization.id, ['numbers:write'])
    const ask = (by: string) =>
      createAgent(world, by, { provision_phone: false, organizationId: organization.id })

    const three = await Promise.all([ask(token), ask(token), ask(token)])
    const byKey = await ask(key)
    const byOperator = await ask(ADMIN)

    expect(three.map(({ status }) => status).sort()).toEqual([201, 201, 409])
    const refused = three.filter(({ status }) => status === 409)
    for (const answer of [...refused, byKey]) expectProblem(answer, 409, 'agent_limit_reached')
    expect(byOperator.status).toBe(201)
    await onAgent(token, 'DELETE', byOperator.body.agent_id)
    await onAgent(token, 'DELETE', three.find(({ status }) => status === 201)?.body.agent_id)
    expect((await ask(token)).status).toBe(201)
  })

  test('a number of the pool that no agent is known of, is bound to the agent that takes it', async () => {
    const { token } = await anOrganization()
    const number = await aPoolNumber(world)
    await world.sql('update phone_numbers set agent_id = null where phone_number = $1', [number])

    const { body } = await createAgent(world, token, { area_code: number.slice(2, 5) })

    expect(body).toMatchObject({ phone_number: number, phone_number_status: 'active' })
    expect(await numberAtCarriers(world, number)).toMatchObject({
      assigned_agent: { agent_id: body.agent_id },
    })
  })

  test.each(['a new agent', 'an agent without one'])(
    'a number for %s, asked for while its organization is being changed, waits for that and comes',
    async (which) => {
      const { token, organization } = await anOrganization()
      const isNew = which === 'a new agent'
      const { body: agent } = isNew
        ? { body: null }
        : await createAgent(world, token, { provision_phone: false })
      const change = await beginChange(world, organization.id)

      const asked = isNew
        ? createAgent(world, token)
        : onAgent(token, 'POST', `${agent?.agent_id}/phone-number`, {})
      await change.isWaitedFor()
      await change.end()

      expect((await asked).status).toBe(201)
    },
  )

  test('a deleted agent without numbers, is told of without them', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })

    const deleted = await onAgent(token, 'DELETE', agent.agent_id)

    expect(deleted).toMatchObject({
      status: 200,
      body: { message: `Agent ${agent.agent_id} deleted successfully.` },
    })
  })

  /** An agent whose number is on order; nobody has worked on it yet. */
  const anAgentWaiting = async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const order = randomUUID()
    await world.sql(
      "select public.add_agent_phone_number($1, $3, $2, 'US', '907', null, 9, null)",
      [order, agent.agent_id, OPERATOR],
    )
    return { order, release: () => onAgent(token, 'DELETE', `${agent.agent_id}/phone-number`) }
  }

  test('a number on order that is given up, is ordered no more', async () => {
    const { order, release } = await anAgentWaiting()

    const released = await release()
    const again = await release()

    expect(released).toMatchObject({ status: 200, body: { phone_number: null, release_at: null } })
    expect(released.body.message).toContain('canceled')
    const orders = await world.sql('select status from number_orders where id = $1', [order])
    expect(orders).toEqual([{ status: 'canceled' }])
    expectProblem(again, 404, 'phone_number_not_found')
  })

  test('a number on order that is being bought, cannot be given up, and the answer says why', async () => {
    const { order, release } = await anAgentWaiting()
    await world.sql(
      "update number_orders set lease_until = now() + interval '1 minute' where id = $1",
      [order],
    )

    const answer = await release()

    expectProblem(answer, 409, 'busy')
    expect(answer.body.detail).toContain('is being bought at this moment')
  })

  test('a number on order whose purchase is in doubt and waits for an operator, says whom to ask', async () => {
    const { order, release } = await anAgentWaiting()
    const [number] = await world.sql(
      "insert into phone_numbers (phone_number, country, status) values ('+19075550199', 'US', 'purchasing') returning id",
    )
    const stopped = [order, number?.id]
    await world.sql(
      "update number_orders set status = 'needs_attention', step = 'buy', phone_number_id = $2 where id = $1",
      stopped,
    )
    await world.sql(
      `insert into number_order_attempts (order_id, phone_number_id, phone_number, buy_started_at)
       values ($1, $2, '+19075550199', now())`,
      stopped,
    )

    const answer = await release()

    expectProblem(answer, 409, 'busy')
    expect(answer.body.detail).toContain(`POST /api/admin/orders/${order}/retry`)
    expect(answer.body.detail).not.toContain('in a minute')
  })

  test('a repeat of a creation whose process died, makes one agent, also when the first appears later', async () => {
    const { organization } = await anOrganization()
    const name = `Mortal ${randomUUID()}`
    const [dead] = await world.sql<{ id: string; tag: string }>(
      `insert into agents (organization_id, request_id, name, work_at) values ($1, $1, $2, now())
       returning id, 'orgline:' || (select id from deployment) || ':' || id as tag`,
      [organization.id, name],
    )

    const made = await world.context.agents.agents.create({
      requestId: organization.id,
      actor: OPERATOR,
      organizationId: organization.id,
      fields: { name },
      criteria: null,
    })
    await world.context.elevenLabs({
      operation: 'agents.create',
      method: 'POST',
      path: 'convai/agents/create',
      body: { name: `${name} (${dead?.tag})`, conversation_config: {} },
      reply: z.unknown(),
    })
    await world.sql(
      "update agents set work_at = now() where work_at is not null and status <> 'active'",
    )
    await world.context.agents.agents.tick(signal)

    expect(await agentsAtElevenLabs(world, name)).toMatchObject([{ agent_id: made.agent_id }])
  })

  test('a template whose words use a variable that no call has, is not copied, unless the words are replaced', async () => {
    const user = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, user.token)
    const template = await world.context.elevenLabs({
      operation: 'agents.create',
      method: 'POST',
      path: 'convai/agents/create',
      body: {
        name: 'Template',
        conversation_config: {
          agent: {
            first_message: 'Hi {{customer_name}}, it is {{system__time}}',
            prompt: { prompt: 'We are open {{ opening_hours }}.' },
            dynamic_variables: { dynamic_variable_placeholders: { opening_hours: 'always' } },
          },
        },
      },
      reply: z.object({ agent_id: z.string() }),
    })
    const { agents } = createContext(
      { ...world.config, agents: { ...world.config.agents, templateId: template.agent_id } },
      { log: world.context.log, db: world.context.db },
    )
    const name = `Copy ${randomUUID()}`
    const ask = (prompt?: string, actor: Actor = OPERATOR) =>
      agents.agents.create({
        requestId: randomUUID(),
        actor,
        organizationId: organization.id,
        fields: { name, prompt },
        criteria: null,
      })

    await expect(ask()).rejects.toMatchObject({
      code: 'agent_refused',
      message: expect.stringContaining('uses {{opening_hours}}, which no call has'),
    })
    const reported = await ask(undefined, { kind: 'user', id: user.id }).catch(
      ({ message }) => message,
    )
    expect(reported).toContain('Its template uses {{opening_hours}}, which no call has')
    expect(reported).not.toContain(template.agent_id)
    expect(await agentsAtElevenLabs(world, name)).toEqual([])
    expect(await ask('We are always open.')).toMatchObject({ name })
  })
})

/** A connection of its own, closed with the test. */
async function aClient(world: World): Promise<Client> {
  const client = new Client({ connectionString: world.database.url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** What change_organization and others lock, in their order, the second lock at `end`. */
async function beginChange(world: World, organizationId: string) {
  const client = await aClient(world)
  await client.query('begin')
  await client.query('select private.lock_numbers_of($1)', [organizationId])
  const waiting = `select from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`
  return {
    isWaitedFor: () => expect.poll(() => world.sql(waiting)).toHaveLength(1),
    async end() {
      await client.query('select private.lock_organization($1)', [organizationId])
      await client.query('commit')
    },
  }
}
