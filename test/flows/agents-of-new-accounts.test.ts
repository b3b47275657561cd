import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, aUser, fault, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

interface CarrierState {
  agent_id: string
  platform_settings: { call_limits: { daily_limit: number } }
}

describe('agents of a new account', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        NEW_ORGANIZATION_DAYS: '7',
        NEW_ORGANIZATION_AGENT_CALLS: '3',
        MAX_AGENTS_PER_DAY: '3',
      },
    })
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anAccount() {
    const { token } = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, token)
    return {
      token,
      id: organization.id as string,
      make: (by = token, organizationId = organization.id) =>
        createAgent(world, by, { organizationId, provision_phone: false }),
    }
  }
  const stateAtCarriers = async (id: string) =>
    (await atCarriers(world)).elevenlabs.agents.find((agent: CarrierState) => agent.agent_id === id)
  const callsOf = async (id: string) =>
    (await stateAtCarriers(id))?.platform_settings.call_limits.daily_limit
  const patchAtCarriers = (id: string, daily: number) =>
    fetch(`${world.twins.origin}/elevenlabs/v1/convai/agents/${id}`, {
      method: 'PATCH',
      headers: { 'xi-api-key': 'sandbox-elevenlabs-key', 'content-type': 'application/json' },
      body: JSON.stringify({ platform_settings: { call_limits: { daily_limit: daily } } }),
    })
  const age = (id: string) =>
    world.sql(
      `with old as (
         update organizations set created_at = created_at - interval '8 days' where id = $1 returning id)
       update agents set few_until = few_until - interval '8 days' where organization_id in (select id from old)`,
      [id],
    )
  const tick = () => world.context.agents.agents.tick(new AbortController().signal)

  test('may be talked to a few times a day, and as often as any other once it is new no longer', async () => {
    const account = await anAccount()
    const { body } = await account.make()
    const few = await callsOf(body.agent_id)

    await age(account.id)
    await tick()

    expect([few, await callsOf(body.agent_id)]).toEqual([3, 50])
  })

  test('of which ElevenLabs confirmed no change, get it from the loop, once', async () => {
    const account = await anAccount()
    const { body } = await account.make()
    await age(account.id)

    await fault(world, 'elevenlabs', 'agents.update', 'error', { times: 1, status: 503 })
    await tick()
    const before = await callsOf(body.agent_id)
    await world.sql('update agents set change_at = now() where elevenlabs_agent_id = $1', [
      body.agent_id,
    ])
    await tick()

    expect([before, await callsOf(body.agent_id)]).toEqual([3, 50])
    expect(
      await world.sql(
        'select few_calls, few_until, changes from agents where elevenlabs_agent_id = $1',
        [body.agent_id],
      ),
    ).toEqual([{ few_calls: null, few_until: null, changes: null }])
  })

  test('that somebody gave another limit at ElevenLabs, keep that', async () => {
    const account = await anAccount()
    const { body } = await account.make()
    await patchAtCarriers(body.agent_id, 12)

    await age(account.id)
    await tick()

    expect(await callsOf(body.agent_id)).toBe(12)
  })

  test('are two a day over all its organizations, those deleted since counted; operators make more', async () => {
    const first = await anAccount()
    const { organization } = await signUp(world, { provisionPhone: false }, first.token)
    const { body } = await first.make()
    await request(world.origin, 'DELETE', `/api/agents/${body.agent_id}`, first)
    const second = await first.make(first.token, organization.id)

    const third = await first.make()
    const operators = await first.make(ADMIN)

    expect([second.status, operators.status]).toEqual([201, 201])
    expectProblem(third, 429, 'daily_agents_reached')
    expect(third.body.detail).toContain('NEW_ORGANIZATION_AGENTS')
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(86_000)
    expect(await callsOf(operators.body.agent_id)).toBe(50)
  })

  test('old enough, are as many as MAX_AGENTS_PER_DAY, and a day later there is room again', async () => {
    const account = await anAccount()
    await age(account.id)
    const made = []
    for (let i = 0; i < 4; i += 1) made.push(await account.make())

    await world.sql(
      "update agents set created_at = now() - interval '25 hours' where organization_id = $1",
      [account.id],
    )
    const later = await account.make()

    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 429])
    expect(made[3]?.body.detail).toContain('MAX_AGENTS_PER_DAY')
    expect(later.status).toBe(201)
    expect(await callsOf(made[0]?.body.agent_id)).toBe(50)
  })

  test('that are asked for at the same moment, pass the limit together no more than one after the other', async () => {
    const account = await anAccount()

    const made = await Promise.all(Array.from({ length: 5 }, () => account.make()))

    expect(made.filter(({ status }) => status === 201)).toHaveLength(2)
  })
})
