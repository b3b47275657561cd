import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { agentsOutside, createAgent, numberOutside } from '../support/agents.ts'
import { aKey } from '../support/api-keys.ts'
import { aPoolNumber } from '../support/by-hand.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('agents', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { MAX_AGENTS_PER_ORGANIZATION: '2' } })
  })
  afterAll(() => world.stop())

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
      expect(await agentsOutside(world, agent_name)).toEqual([])
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
    expect(await numberOutside(world, number)).toMatchObject({
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
})

/** What change_organization and others lock, in their order, the second lock at `end`. */
async function beginChange(world: World, organizationId: string) {
  const client = new Client({ connectionString: world.database.url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('begin')
  await client.query('select private.lock_numbers_of($1)', [organizationId])
  const waiting = `select from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`
  return {
    isWaitedFor: () => expect.poll(() => world.sql(waiting), { timeout: 5_000 }).toHaveLength(1),
    async end() {
      await client.query('select private.lock_organization($1)', [organizationId])
      await client.query('commit')
    },
  }
}
