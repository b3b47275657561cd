import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { atCarriers, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const PERSON = '+16045559421'
const signal = new AbortController().signal

/** A server of elevenlabs, beside one that was started with `server` as INBOUND_VOICE. */
describe('agents that hand callers over, while servers are started with another INBOUND_VOICE', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '' } })
    await starts('elevenlabs')
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anAgent() {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}`
    const { body } = await createAgent(world, token, { provision_phone: false })
    const set = (settings: object) =>
      request(world.origin, 'PATCH', path, { token, body: { settings } })
    expect((await set({ transfer_to: PERSON })).status).toBe(200)
    return { id: body.agent_id as string, token, set }
  }
  const starts = (voice: string) =>
    world.sql(
      `select public.register_server_start($1, d.agent_id, d.public_url, d.default_phone_number, d.daily_replies)
       from deployment d`,
      [voice],
    )
  const promptOf = async (agentId: string) =>
    (await atCarriers(world)).elevenlabs.agents.find(
      (each: { agent_id: string }) => each.agent_id === agentId,
    ).conversation_config.agent.prompt
  const dueOf = async (agentId: string) => {
    const [row] = await world.sql<{ due: boolean }>(
      'select transfer_at is not null as due from agents where elevenlabs_agent_id = $1',
      [agentId],
    )
    return row?.due
  }

  test('get the tool of the new one, whichever server changes them', async () => {
    const [byLoop, byRequest] = [await anAgent(), await anAgent()]
    await starts('server')

    await request(world.origin, 'PATCH', `/api/agents/${byRequest.id}`, {
      token: byRequest.token,
      body: { agent_name: 'Another name' },
    })
    await world.context.agents.agents.tick(signal)

    for (const { id } of [byLoop, byRequest]) {
      const prompt = await promptOf(id)
      expect(prompt.tool_ids).toHaveLength(1)
      expect(prompt.built_in_tools.transfer_to_number).toBeNull()
    }
    await starts('elevenlabs')
  })

  test.each([
    [
      'has no tool yet, and waits for it',
      "transfer = null, transfer_at = now() + interval '1 day'",
    ],
    [
      'is being given its first',
      `transfer = null, changes = '{"transfer": null}', change_at = now()`,
    ],
    ['is to have one', 'transfer = null, transfer_at = null'],
  ])('are due, also one that %s', async (_which, state) => {
    const { id } = await anAgent()
    await world.sql(`update agents set ${state} where elevenlabs_agent_id = $1`, [id])
    await world.sql(`update agents set transfer_at = null where elevenlabs_agent_id <> $1`, [id])

    await starts('server')

    expect(await dueOf(id)).toBe(true)
    await starts('elevenlabs')
  })
})
