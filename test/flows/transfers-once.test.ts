import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, atCarriers, control, request, signUp } from '../support/requests.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

const COLLEAGUE = '+16045559321'
const PERSON = '+16045559322'
const OTHER = '+16045559323'

describe('a call that is handed over', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server', NEW_ORGANIZATION_DAYS: '' } })
  })
  afterEach(() => control(world, 'DELETE', 'answers'))
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization(settings: object = {}) {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { body: agent } = await createAgent(world, token)
    const path = `/api/organizations/${organization.id}`
    const set = (changed: object) =>
      request(world.origin, 'PATCH', path, { token: ADMIN, body: { settings: changed } })
    const all = { transfer_to: PERSON, inbound_voice: 'server', ...settings }
    expect((await set(all)).status).toBe(200)
    return {
      id: organization.id as string,
      agentId: agent.agent_id as string,
      number: agent.phone_number as string,
      set,
    }
  }
  const ringing = (number: string, result: 'no-answer' | 'answered') =>
    control(world, 'POST', 'answers', { number, result, delayMs: 0 })
  const callTo = async (to: string, from: string) => {
    const says = ['A person, please.']
    const call = await control(world, 'POST', 'calls', { from, to, says, wantsPerson: true })
    await Promise.allSettled([...world.context.background])
    return call
  }
  const rowOf = async (organizationId: string) => {
    const [row] = await world.sql<Record<string, unknown>>(
      `select id, status, transfer, forwarded_to, forward_used, forward_minutes, forward_outlay, answered_by from calls
       where organization_id = $1`,
      [organizationId],
    )
    return row
  }
  const rung = async (...numbers: string[]) =>
    (await atCarriers(world)).twilio.calls.filter(({ to }: { to: string }) => numbers.includes(to))
      .length
  const ask = async (agentId: string, callId: unknown) =>
    (
      await request(world.origin, 'POST', `/api/webhooks/elevenlabs/agents/${agentId}/transfer`, {
        body: { call_id: callId },
        headers: { 'x-orgline-secret': INIT_SECRET },
      })
    ).body.result

  test('after a forward that reached nobody, rings the person of the settings, who alone is counted', async () => {
    const routing = { open: [{ to: 'forward', number: COLLEAGUE }, { to: 'agent' }] }
    const { id, number } = await anOrganization({ routing })
    await ringing(COLLEAGUE, 'no-answer')
    const before = [await rung(COLLEAGUE), await rung(PERSON)]

    const heard = await callTo(number, '+16045559331')

    expect(heard.forwardedTo).toBe(PERSON)
    expect([await rung(COLLEAGUE), await rung(PERSON)]).toEqual(before.map((count) => count + 1))
    expect(await rowOf(id)).toMatchObject({
      status: 'completed',
      transfer: 'answered',
      forwarded_to: PERSON,
      forward_used: 1,
      forward_minutes: null,
    })
    const counted = await world.sql(
      'select kind, minutes, is_running from private.counted_dials($1)',
      [id],
    )
    expect(counted).toEqual([{ kind: 'forward', minutes: 1, is_running: false }])
  })

  test('after a forward that somebody answered, is nobody’s: no agent has it', async () => {
    const routing = { open: [{ to: 'forward', number: COLLEAGUE }, { to: 'agent' }] }
    const { id, agentId, number } = await anOrganization({ routing })
    const before = await rung(PERSON)

    await callTo(number, '+16045559332')
    await ask(agentId, (await rowOf(id))?.id)

    expect(await rung(PERSON)).toBe(before)
    expect(await rowOf(id)).toMatchObject({
      transfer: null,
      forwarded_to: COLLEAGUE,
      answered_by: 'person',
    })
  })

  test.each([
    ['begun', 'under_way'],
    ['answered', 'transferring'],
    ['unanswered', 'not_transferred'],
    ['failed', 'not_transferred'],
  ])(
    'and asked for again, while the first transfer is %s, is %s, to nobody else, and nothing is spent',
    async (transfer, result) => {
      const { id, agentId, set } = await anOrganization()
      const [running] = await world.sql<{ id: string }>(
        `insert into calls (organization_id, organization_phone_number_id, direction, provider_call_id, agent_id,
           from_number, to_number, status, transfer, transfer_until, forwarded_to, forwarded_at, forward_outlay, forward_minutes)
         select h.organization_id, h.id, 'inbound', $2, $3, '+16045559333', '+16045559334', 'in-progress', $4,
           now() + interval '1 hour', $5, now(), 17, 30
         from organization_phone_numbers h where h.organization_id = $1 limit 1 returning id`,
        [id, `CA${randomUUID().replaceAll('-', '')}`, agentId, transfer, PERSON],
      )
      const [before, row] = [await rung(PERSON, OTHER), await rowOf(id)]

      expect(await ask(agentId, running?.id)).toBe(result)
      await set({ transfer_to: OTHER })
      expect(await ask(agentId, running?.id)).toBe(result)

      expect(await rung(PERSON, OTHER)).toBe(before)
      expect(await rowOf(id)).toEqual(row)
      expect(row).toMatchObject({ transfer, forwarded_to: PERSON, forward_outlay: '17' })
    },
  )
})
