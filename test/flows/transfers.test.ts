import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
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

const PERSON = '+16045559301'
const MINUTE = 12_500

describe('a caller who asks for a person, where this server answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server', NEW_ORGANIZATION_DAYS: '' } })
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await control(world, 'DELETE', 'answers')
  })
  afterAll(() => stopWithCleanLogs(world))

  /** An organization with an agent of its own, that hands callers over. */
  async function anOrganization(settings: object = { transfer_to: PERSON }) {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { body: agent } = await createAgent(world, token)
    const path = `/api/organizations/${organization.id}`
    const patch = (body: object, as = token) =>
      request(world.origin, 'PATCH', path, { token: as, body: { settings: body } })
    const { status } = await patch(settings, ADMIN)
    expect(status).toBe(200)
    const callsOf = async () =>
      (await request(world.origin, 'GET', `${path}/calls`, { token })).body.calls
    return {
      id: organization.id as string,
      name: organization.name as string,
      token,
      path,
      patch,
      callsOf,
      agentId: agent.agent_id as string,
      number: agent.phone_number as string,
    }
  }
  const call = (to: string, from: string, more: object = {}) =>
    control(world, 'POST', 'calls', { from, to, says: ['Hello'], wantsPerson: true, ...more })
  const ask = (agentId: string, body: object, secret = INIT_SECRET) =>
    request(world.origin, 'POST', `/api/webhooks/elevenlabs/agents/${agentId}/transfer`, {
      body,
      headers: { 'x-orgline-secret': secret },
    })
  /** A call that its agent is having. */
  async function aRunningCall(organization: { id: string; agentId: string; number: string }) {
    const sid = `CA${randomUUID().replaceAll('-', '')}`
    const [row] = await world.sql<{ id: string }>(
      `insert into calls (organization_id, organization_phone_number_id, direction, provider_call_id, agent_id,
         from_number, to_number, status, poll_at)
       select h.organization_id, h.id, 'inbound', $2, $3, '+16045559399', $4, 'in-progress', now() + interval '1 hour'
       from organization_phone_numbers h where h.organization_id = $1 limit 1 returning id`,
      [organization.id, sid, organization.agentId, organization.number],
    )
    return { id: row?.id ?? '', sid }
  }
  const reportsOf = async (id: string) =>
    (await notifications(world, '?type=call_routing_failed')).filter(
      (row) => row.organization_id === id,
    )
  const redirects = async () =>
    (await atCarriers(world)).twilio.calls.filter((each: { to: string }) => each.to === PERSON)

  test('is put through to whom the settings name, who hears whose call it is, and the history shows it', async () => {
    const organization = await anOrganization()

    const heard = await call(organization.number, '+16045559311')

    expect(heard).toMatchObject({
      answered: true,
      forwardedTo: PERSON,
      whispered: `A caller of ${organization.name}.`,
      recorded: null,
    })
    expect(await organization.callsOf()).toMatchObject([
      {
        status: 'completed',
        transfer: 'answered',
        transferred_to: PERSON,
        recording_url: expect.any(String),
      },
    ])
    const counted = await world.sql(
      'select kind, minutes, is_running from private.counted_dials($1)',
      [organization.id],
    )
    expect(counted).toEqual([{ kind: 'forward', minutes: 1, is_running: false }])
    const [{ outlay }] = (await world.sql<{ outlay: string }>(
      'select forward_outlay as outlay from calls where organization_id = $1',
      [organization.id],
    )) as [{ outlay: string }]
    expect(Number(outlay)).toBe(MINUTE)
  })

  test('who reaches nobody there, leaves a message of their own, and the call has not failed', async () => {
    const organization = await anOrganization()
    await control(world, 'POST', 'answers', { number: PERSON, result: 'no-answer', delayMs: 0 })

    const heard = await call(organization.number, '+16045559312')

    expect(heard.recorded).toMatchObject({ text: 'Hello' })
    expect(await organization.callsOf()).toMatchObject([
      {
        status: 'completed',
        transfer: 'unanswered',
        transferred_to: PERSON,
        failure_reason: null,
        contact: { phone_number: '+16045559312' },
      },
    ])
    const reported = await world.sql<{ type: string }>(
      'select type from events where organization_id = $1 and type ~ $2 order by position',
      [organization.id, '^(call|voicemail)'],
    )
    expect(reported.map(({ type }) => type)).toEqual([
      'call.started',
      'call.transferred',
      'voicemail.received',
      'call.ended',
    ])
    expect(
      await world.sql(
        "select id from admin_notifications where type = 'call_routing_failed' and subject = $1",
        [organization.number],
      ),
    ).toEqual([])
  })

  test('of an organization that may call nobody any more, hears so from the agent, and nothing is spent', async () => {
    const organization = await anOrganization({
      transfer_to: PERSON,
      outbound_limits: { daily_calls: 0 },
    })

    const heard = await call(organization.number, '+16045559313')

    expect(heard).toMatchObject({ forwardedTo: null, recorded: null })
    expect(await organization.callsOf()).toMatchObject([
      { status: 'completed', transfer: 'failed' },
    ])
    const [report] = await reportsOf(organization.id)
    expect(report).toMatchObject({ occurrences: 1 })
    expect(report?.message).toMatch(
      /asked the agent for a person, and \+16045559301 did not ring: .*may make 0/,
    )
  })

  test('who asks again once there is room, is put through', async () => {
    const organization = await anOrganization({
      transfer_to: PERSON,
      outbound_limits: { daily_calls: 0 },
    })
    const running = await aRunningCall(organization)
    const asking = { call_id: running.id }
    const refused = await ask(organization.agentId, asking)
    const again = await ask(organization.agentId, asking)
    await organization.patch({ outbound_limits: null }, ADMIN)
    await fault(world, 'twilio', 'calls.update', 'timeout', { times: 1, ms: 1 })

    const later = await ask(organization.agentId, asking)

    expect([refused, again, later].map(({ body }) => body.result)).toEqual([
      'not_transferred',
      'not_transferred',
      'under_way',
    ])
    expect(await reportsOf(organization.id)).toMatchObject([{ occurrences: 1 }])
  })

  test('is put through to the same person however many were before', async () => {
    const organization = await anOrganization({
      transfer_to: PERSON,
      outbound_limits: { customer_daily_calls: 0 },
    })

    expect((await call(organization.number, '+16045559318')).forwardedTo).toBe(PERSON)
  })

  test('from the very phone that the settings name, is not put through to themselves', async () => {
    const organization = await anOrganization()

    const heard = await call(organization.number, PERSON)

    expect(heard).toMatchObject({ answered: true, forwardedTo: null })
    expect(await organization.callsOf()).toMatchObject([{ status: 'completed', transfer: null }])
  })

  test('whom the carrier refuses to put through, costs nothing, and is not put through later', async () => {
    const organization = await anOrganization()
    const running = await aRunningCall(organization)

    const first = await ask(organization.agentId, { call_id: running.id })
    const second = await ask(organization.agentId, { call_id: running.id })

    expect([first.body.result, second.body.result]).toEqual(['not_transferred', 'not_transferred'])
    expect(
      await world.sql('select transfer, forward_outlay from calls where id = $1', [running.id]),
    ).toEqual([{ transfer: 'failed', forward_outlay: '0' }])
  })

  test('for whom the agent asks twice at once, is put through once', async () => {
    const organization = await anOrganization()
    await fault(world, 'elevenlabs', 'toolCall', 'duplicate_webhook', { ms: 0 })
    const before = (await redirects()).length

    const heard = await call(organization.number, '+16045559314')

    expect(heard.forwardedTo).toBe(PERSON)
    expect((await redirects()).length - before).toBe(1)
    expect(
      await world.sql('select forward_used from calls where organization_id = $1', [
        organization.id,
      ]),
    ).toEqual([{ forward_used: 1 }])
  })

  test('whose carrier does not answer, is not put through twice, and the server looks before it asks again', async () => {
    const organization = await anOrganization()
    const running = await aRunningCall(organization)
    await fault(world, 'twilio', 'calls.update', 'timeout', { times: 1, ms: 1 })

    const unknown = await ask(organization.agentId, { call_id: running.id })
    const repeated = await ask(organization.agentId, { call_id: running.id })
    await world.sql("update calls set transfer_until = now() - interval '1 second' where id = $1", [
      running.id,
    ])
    const later = await ask(organization.agentId, { call_id: running.id })

    // Nobody knows whether another phone rings: the agent goes on talking.
    for (const { body } of [unknown, repeated])
      expect(body).toMatchObject({
        result: 'under_way',
        message: expect.stringContaining('ask again'),
      })
    // Twilio does not know this call: the second request was made, and refused.
    expect(later.body.result).toBe('not_transferred')
  })

  test('in writing, where no call is, is told what the agent can offer', async () => {
    const organization = await anOrganization()

    const answered = await ask(organization.agentId, { call_id: '' })

    expect(answered).toMatchObject({
      status: 200,
      body: {
        result: 'not_transferred',
        message: 'In a text nobody can be put through: offer that somebody calls or writes.',
      },
    })
  })

  test.each(['another organization’s agent', 'a call that is over', 'a call that is unknown'])(
    'is asked for by %s, is a call that is not found',
    async (which) => {
      const organization = await anOrganization()
      const running = await aRunningCall(organization)
      const other = which.startsWith('another') ? await anOrganization() : organization
      if (which.includes('over'))
        await world.sql('update calls set duration_seconds = 9 where id = $1', [running.id])

      const callId = which.includes('unknown') ? randomUUID() : running.id
      const answer = await ask(other.agentId, { call_id: callId })

      expectProblem(answer, 404, 'call_not_found')
      expect(await world.sql('select transfer from calls where id = $1', [running.id])).toEqual([
        { transfer: null },
      ])
    },
  )

  test.each([{ call_id: randomUUID(), to: '+16045559399' }, { call_id: 'nobody' }, {}])(
    'is asked for with the body %j, is refused: whom to call is in the settings alone',
    async (body) => {
      const { agentId } = await anOrganization()

      expectProblem(await ask(agentId, body), 400, 'validation_failed')
    },
  )

  test('is asked for without the secret, is refused', async () => {
    const { agentId } = await anOrganization()

    expectProblem(
      await ask(agentId, { call_id: randomUUID() }, 'guessed'),
      403,
      'signature_invalid',
    )
  })
})
