import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { AppError } from '../../src/platform/errors.ts'
import type { Context } from '../../src/server/context.ts'
import { dialDeeds } from '../support/dial-deeds.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { aReport, contextWith, lost, withoutIds } from '../support/voice-agents.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the outcome of a dial', () => {
  let world: World
  let context: Context
  let organizationId: string
  let number: string
  let dial: VoiceAgents['dial']
  let find: VoiceAgents['findReport']
  let dials = 0
  let customers = 0
  beforeAll(async () => {
    world = await startWorld({ timings: { callPollMs: 60_000, callMaxPolls: 3 } })
    const { organization } = await signUp(world)
    organizationId = organization.id
    number = organization.phoneNumber
    context = contextWith(world, agents)
  })
  beforeEach(() => {
    dials = 0
    find = async () => undefined
  })
  afterAll(() => world.stop())

  const agents: Partial<VoiceAgents> = {
    dial: (call) => {
      dials += 1
      return dial(call)
    },
    findReport: (callId, fits) => find(callId, fits),
    getReport: async () => undefined,
  }
  const aCustomer = () => `+1604555${3000 + customers++}`
  const { call, callsTo, poll } = dialDeeds(() => ({ world, context, organizationId }))

  test('that cannot be recorded, is a 202 unknown, so nobody dials again, and is found by looking', async () => {
    const to = aCustomer()
    const db: Context['db'] = {
      ...world.context.db,
      rpc: (name, ...rest) =>
        name === 'record_outbound_call'
          ? Promise.reject(new AppError('database_unavailable', 'gone'))
          : world.context.db.rpc(name, ...rest),
    }
    dial = async () => ({ result: 'dialing', conversationId: 'conv_2', providerCallId: 'CA_2' })

    const answer = await call(to, { by: contextWith(world, agents, { overrides: { db } }) })
    find = async () => aReport({ state: 'running', conversationId: 'conv_2' })
    await poll(to)

    expect(answer).toMatchObject({ status: 202, body: { status: 'unknown' } })
    expect(dials).toBe(1)
    expect(await callsTo(to)).toMatchObject([{ status: 'in-progress', conversation_id: 'conv_2' }])
  })

  test('that was refused but cannot be recorded, is still the refusal', async () => {
    const db: Context['db'] = {
      ...world.context.db,
      rpc: (name, ...rest) =>
        name === 'record_outbound_call'
          ? Promise.reject(new AppError('database_unavailable', 'gone'))
          : world.context.db.rpc(name, ...rest),
    }
    dial = async () => ({ result: 'refused', reason: 'no credit' })

    const answer = await call(aCustomer(), {
      by: contextWith(world, agents, { overrides: { db } }),
    })

    expect(answer).toMatchObject({ status: 502, body: { code: 'carrier_failed' } })
  })

  test('unknown, asked for again under its key while nobody knows, is not dialled again and not replayed', async () => {
    const to = aCustomer()
    dial = lost

    const once = await call(to, { key: 'in-doubt' })
    const again = await call(to, { key: 'in-doubt' })
    find = async () => aReport({ conversationId: 'conv_doubt' })
    await poll(to)
    const later = await call(to, { key: 'in-doubt' })

    expect([once, again, later].map(({ status, body }) => [status, body.status])).toEqual([
      [202, 'unknown'],
      [202, 'unknown'],
      [200, 'completed'],
    ])
    expect(dials).toBe(1)
  })

  test('after a crash before dialling, is a 202 until it is known that nobody was dialled; then the key dials', async () => {
    const to = aCustomer()
    dial = () => Promise.reject(new TypeError('the process died'))
    const crashed = await call(to, { key: 'crash' })
    dial = withoutIds

    const meanwhile = await call(to, { key: 'crash' })
    for (let polls = 0; polls < 3; polls += 1) await poll(to)
    const [given] = await callsTo(to)
    const after = await call(to, { key: 'crash' })

    expect(crashed.status).toBe(500)
    expect(meanwhile).toMatchObject({ status: 202, body: { status: 'initiating' } })
    expect(given).toMatchObject({ status: 'failed' })
    expect(after).toMatchObject({ status: 200, body: { status: 'in-progress' } })
    expect(dials).toBe(2)
  })

  test('looked for while ElevenLabs is away, is not taken for not dialled', async () => {
    const to = aCustomer()
    dial = lost
    await call(to)
    find = () => Promise.reject(new CarrierError('elevenlabs', 'list', 'unreachable', 'away'))
    for (let polls = 0; polls < 5; polls += 1) await poll(to)
    find = async () => undefined
    await poll(to)

    expect(await callsTo(to)).toMatchObject([{ status: 'unknown', poll_attempts: 1 }])
  })

  test('thought not to have been dialled, and told as failed later, gets all that is told', async () => {
    const to = aCustomer()
    dial = lost
    const { body } = await call(to)
    for (let polls = 0; polls < 3; polls += 1) await poll(to)

    const reported = await postCall(
      world,
      aConversation({
        agent_id: world.config.elevenLabs.agentId,
        user_id: body.callId,
        status: 'failed',
        metadata: { termination_reason: 'LLM error', cost_fiat: 0.5 },
        phone: { direction: 'outbound', agent_number: number, external_number: to },
      }),
    )

    expect(reported.body).toEqual({ result: 'applied' })
    expect(await callsTo(to)).toMatchObject([
      { status: 'failed', failure_reason: 'conversation_failed', cost: '500000' },
    ])
  })

  test('an answer that comes when its call was given up as not dialled, has it go on, and its key does not dial again', async () => {
    const to = aCustomer()
    dial = async () => {
      for (let polls = 0; polls < 3; polls += 1) await poll(to)
      return withoutIds()
    }
    await call(to, { key: 'slow' })
    const [row] = await callsTo(to)
    await call(to, { key: 'slow' })

    expect(row).toMatchObject({ status: 'in-progress', failure_reason: null, poll_attempts: 0 })
    expect(row?.poll_at).not.toBeNull()
    expect(dials).toBe(1)
  })

  test('a row made from an event alone, gives way to the call once that is known', async () => {
    const [to, conversationId] = [aCustomer(), `conv_${randomUUID()}`]
    dial = withoutIds
    const { body } = await call(to)
    await aRowOfAnEvent(to, conversationId)

    find = async (id) =>
      id === body.callId ? aReport({ conversationId, summary: 'Told by us.' }) : undefined
    await poll(to)

    expect(await callsTo(to)).toMatchObject([
      { id: body.callId, status: 'completed', conversation_id: conversationId },
    ])
  })

  test('a reply with ids an event brought first, takes that event’s row over', async () => {
    const [to, conversationId] = [aCustomer(), `conv_${randomUUID()}`]
    dial = async () => {
      await aRowOfAnEvent(to, conversationId)
      return { result: 'dialing', conversationId, providerCallId: null }
    }

    const { status, body } = await call(to)

    expect(status).toBe(200)
    expect(await callsTo(to)).toMatchObject([
      { id: body.callId, status: 'completed', summary: 'Told.', conversation_id: conversationId },
    ])
  })

  test('a report that can never be recorded, is not looked for without end, and a person is told', async () => {
    const to = aCustomer()
    dial = lost
    const { body } = await call(to)
    // The vendor says that this is the conversation of another call of ours.
    const taken = `conv_${randomUUID()}`
    await world.sql('update calls set conversation_id = $1 where id = $2', [taken, body.callId])
    const db: Context['db'] = {
      ...world.context.db,
      rpc: (name, ...rest) =>
        name === 'record_call_event'
          ? Promise.reject(new AppError('internal_error', 'refused'))
          : world.context.db.rpc(name, ...rest),
    }
    const getReport = async () => aReport({ conversationId: taken })
    const by = contextWith(world, { ...agents, getReport }, { overrides: { db } })
    for (let polls = 0; polls < 3; polls += 1) await poll(to, by)

    expect(await callsTo(to)).toMatchObject([
      { status: 'failed', failure_reason: 'end_not_reported', poll_at: null },
    ])
    const reported = await world.sql(
      "select 1 from admin_notifications where type = 'post_call_missed' and subject = $1",
      [body.callId],
    )
    expect(reported).toHaveLength(1)
  })

  test('of a suspended organization, does not come about: nobody is dialled', async () => {
    const { organization } = await signUp(world)
    await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token: ADMIN,
      body: { status: 'suspended' },
    })
    dial = withoutIds

    const answer = await call(aCustomer(), { of: organization.id })

    expect(answer.body).toMatchObject({ code: 'organization_suspended' })
    expect(dials).toBe(0)
  })

  const aRowOfAnEvent = (to: string, conversationId: string) =>
    world.sql(
      `insert into calls (organization_id, organization_phone_number_id, direction, from_number, to_number, status, conversation_id, summary)
       select organization_id, id, 'outbound', $2, $3, 'completed', $4, 'Told.' from organization_phone_numbers where organization_id = $1`,
      [organizationId, number, to, conversationId],
    )
})
