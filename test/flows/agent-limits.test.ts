import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, control, notifications, request, signUp } from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('an agent that has had as many conversations as it may', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        NEW_ORGANIZATION_DAYS: '7',
        NEW_ORGANIZATION_AGENT_CALLS: '1',
      },
    })
  })
  afterAll(() => stopWithCleanLogs(world))

  /** A new account with an agent of its own, whose number is answered as said. */
  async function anAgent(inboundVoice: 'server' | 'elevenlabs', by?: string) {
    const { organization, token } = await signUp(world)
    const path = `/api/organizations/${organization.id}`
    await request(world.origin, 'PATCH', path, {
      token: ADMIN,
      body: { settings: { inbound_voice: inboundVoice } },
    })
    const made = await createAgent(world, by ?? token, { organizationId: organization.id })
    expect(made.body.phone_number).not.toBeNull()
    return {
      token,
      id: organization.id as string,
      agentId: made.body.agent_id as string,
      number: made.body.phone_number as string,
    }
  }
  const show = async (agentId: string, token: string) =>
    (await request(world.origin, 'GET', `/api/agents/${agentId}`, { token })).body
  const ring = async (to: string) =>
    (
      await twilioPost(world, '/api/webhooks/call/incoming', {
        CallSid: `CA${randomBytes(16).toString('hex')}`,
        From: '+16045559890',
        To: to,
        CallStatus: 'ringing',
      })
    ).body as string

  test('its view, of a new account, says how many it may have and until when', async () => {
    const { agentId, token } = await anAgent('server')
    const operators = await anAgent('server', ADMIN)

    const view = await show(agentId, token)
    const free = await show(operators.agentId, operators.token)

    expect(view.daily_conversations).toBe(1)
    const days = (Date.parse(view.daily_conversations_until) - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(6.9)
    expect(days).toBeLessThan(7)
    expect(free).toMatchObject({ daily_conversations: null, daily_conversations_until: null })
  })

  test('a caller, where this server answers, hears an apology, and operators read of the limit', async () => {
    const { number, agentId } = await anAgent('server')

    const bodies = [await ring(number), await ring(number)]

    expect(bodies.map((body) => body.includes('<Connect>'))).toEqual([true, false])
    const find = async () => {
      const rows = await notifications(world, '?type=call_routing_failed')
      return rows.find(({ phone_number }) => phone_number === number)
    }
    await expect.poll(find).toBeDefined()
    const reported = await find()
    expect(reported?.message).toContain(`Agent ${agentId} was made by a new account`)
    expect(reported?.message).toContain('daily limit of 1 conversations until ')
    expect(reported?.message).toContain('NEW_ORGANIZATION_AGENT_CALLS with NEW_ACCOUNT_DAILY_SPEND')
    expect(reported?.message).toContain('make the agent as an operator')
    expect(reported?.message).not.toContain('status.elevenlabs.io')

    // The message that the caller leaves adds where it is heard, and takes none of the words away.
    const tape = 'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1'
    await world.sql(
      `select public.record_voicemail(c.provider_call_id, c.from_number, c.to_number, c.from_number, $2, null, 1000)
       from calls c where c.to_number = $1 and c.failure_reason is not null`,
      [number, tape],
    )
    const revised = await find()
    expect(revised?.message).toMatch(/GET \/api\/organizations\/[^ ]+\/recording /)
    expect(revised?.message).not.toContain(tape)
    expect(revised?.message).toContain('daily limit of 1 conversations until ')
  })

  test('a caller, where ElevenLabs answers, is cut off', async () => {
    const { number } = await anAgent('elevenlabs')
    const phone = () =>
      control(world, 'POST', 'calls', { from: '+16045559891', to: number, says: [] })

    const calls = [await phone(), await phone()]

    expect(calls[0].agentSaid).toBeTruthy()
    expect(calls[1].agentSaid).toBeFalsy()
  })

  test('an agent that operators made, with many callers, answers them', async () => {
    const { number } = await anAgent('server', ADMIN)

    const bodies = [await ring(number), await ring(number), await ring(number)]

    expect(bodies.map((body) => body.includes('<Connect>'))).toEqual([true, true, true])
  })
})
