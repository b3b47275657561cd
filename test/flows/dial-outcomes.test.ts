import { randomUUID } from 'node:crypto'
import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { AppError } from '../../src/platform/errors.ts'
import { createApp } from '../../src/server/app.ts'
import type { Context } from '../../src/server/context.ts'
import { aConversation, aFailure, postCall } from '../support/post-call.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { aReport, contextWith, lost, withoutIds } from '../support/voice-agents.ts'
import { startWorld, type World } from '../support/world.ts'

const { signal } = new AbortController()

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
  const call = (
    to: string,
    { of = organizationId, by = context, key }: { of?: string; by?: Context; key?: string } = {},
  ) =>
    supertest(createApp(by))
      .post('/api/elevenlabs/outbound-call')
      .set({ authorization: `Bearer ${ADMIN}`, ...(key && { 'idempotency-key': key }) })
      .send({ organizationId: of, phoneNumber: to })
  const callsTo = (to: string) =>
    world.sql('select * from calls where to_number = $1 order by created_at', [to])
  /** One tick in which the calls to a customer, and the kept events, are due. */
  const poll = async (to: string, by = context) => {
    await world.sql(
      'update calls set poll_at = now() where poll_at is not null and to_number = $1',
      [to],
    )
    await world.sql('update webhook_events set next_try_at = now()')
    await by.calls.callWatch.tick(signal)
  }
  const pollCall = async (callId: string) => {
    await world.sql('update calls set poll_at = now() where poll_at is not null and id = $1', [
      callId,
    ])
    await context.calls.callWatch.tick(signal)
  }
  /** As though the calls to a customer had been made so long ago. */
  const ago = (to: string, time: string) =>
    world.sql(
      `update calls set created_at = now() - $2::interval, dialled_at = now() - $2::interval
       where to_number = $1`,
      [to, time],
    )
  /** The number of one organization becomes another's, some days later. */
  const handOver = async (from: string, to: string) => {
    await world.sql(
      `with given as (
         update organization_phone_numbers set is_active = false,
           assigned_at = now() - interval '30 days', ended_at = now() - interval '16 days'
         where organization_id = $1 returning phone_number_id
       ) insert into organization_phone_numbers (organization_id, phone_number_id, is_active, assigned_at)
       select $2, phone_number_id, true, now() - interval '1 day' from given`,
      [from, to],
    )
  }

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

  test('told as a failure before the reply, stays a failure', async () => {
    const to = aCustomer()
    dial = async () => {
      await postCall(
        world,
        aFailure(
          world.config.elevenLabs.agentId,
          { from: number, to },
          { conversationId: 'conv_early' },
        ),
      )
      return { result: 'dialing', conversationId: 'conv_early', providerCallId: null }
    }

    expect((await call(to)).body).toMatchObject({ status: 'failed' })
    expect(await callsTo(to)).toMatchObject([{ status: 'failed', conversation_id: 'conv_early' }])
  })

  test('a failure after an answer without ids, closes that very call', async () => {
    const to = aCustomer()
    dial = withoutIds
    await call(to)

    const reported = await postCall(
      world,
      aFailure(world.config.elevenLabs.agentId, { from: number, to }),
    )

    expect(reported.body).toEqual({ result: 'applied' })
    expect(await callsTo(to)).toMatchObject([{ status: 'failed', failure_reason: 'line_busy' }])
  })

  test('a failure that two calls may mean, waits until it can only mean one', async () => {
    const to = aCustomer()
    dial = lost
    await call(to)
    dial = async () => {
      await postCall(
        world,
        aFailure(
          world.config.elevenLabs.agentId,
          { from: number, to },
          { conversationId: 'conv_second' },
        ),
      )
      return { result: 'dialing', conversationId: 'conv_second', providerCallId: null }
    }

    const second = await call(to)
    const meanwhile = await callsTo(to)
    await poll(to)

    expect(second).toMatchObject({ status: 200, body: { status: 'in-progress' } })
    expect(meanwhile.map(({ status }) => status)).toEqual(['unknown', 'in-progress'])
    expect(await callsTo(to)).toMatchObject([
      { status: 'unknown', conversation_id: null },
      { status: 'failed', conversation_id: 'conv_second' },
    ])
  })

  test('an old failure nobody could place, does not close a call that began after it', async () => {
    const to = aCustomer()
    const reported = await postCall(
      world,
      aFailure(world.config.elevenLabs.agentId, { from: number, to }),
    )
    dial = withoutIds
    await call(to)
    await poll(to)

    expect(reported.body).toEqual({ result: 'deferred' })
    expect(await callsTo(to)).toMatchObject([{ status: 'in-progress' }])
  })

  test('two organizations that wait for an answer of one customer, only the one whose number failed is told', async () => {
    const to = aCustomer()
    const { organization: other } = await signUp(world)
    dial = withoutIds
    await call(to)
    await call(to, { of: other.id })

    await postCall(
      world,
      aFailure(world.config.elevenLabs.agentId, { from: other.phoneNumber, to }),
    )

    expect(await callsTo(to)).toMatchObject([
      { organization_id: organizationId, status: 'in-progress' },
      { organization_id: other.id, status: 'failed' },
    ])
  })

  test('two organizations that share the default number and the customer, neither gets the other’s failure', async () => {
    const to = aCustomer()
    const fallback = { phoneNumber: '+12125550100', elevenLabsPhoneId: 'phnum_default' }
    const by = contextWith(world, agents, { fallback })
    const [a, b] = [
      await signUp(world, { provisionPhone: false }),
      await signUp(world, { provisionPhone: false }),
    ]
    dial = lost
    await call(to, { of: a.organization.id, by })
    dial = withoutIds
    await call(to, { of: b.organization.id, by })

    const reported = await postCall(
      world,
      aFailure(world.config.elevenLabs.agentId, { from: fallback.phoneNumber, to }),
    )

    expect(reported.body).toEqual({ result: 'deferred' })
    expect((await callsTo(to)).map(({ status }) => status)).toEqual(['unknown', 'in-progress'])
  })

  test('a failure from a default number that another organization holds, is not put down to that one', async () => {
    const to = aCustomer()
    const fallback = { phoneNumber: number, elevenLabsPhoneId: 'phnum_default' }
    const by = contextWith(world, agents, { fallback })
    const { organization } = await signUp(world, { provisionPhone: false })
    dial = withoutIds
    await call(to, { of: organization.id, by })

    await postCall(world, aFailure(world.config.elevenLabs.agentId, { from: number, to }))
    await postCall(
      world,
      aFailure(world.config.elevenLabs.agentId, { from: number, to: aCustomer() }),
    )

    expect(await callsTo(to)).toMatchObject([
      { organization_id: organization.id, status: 'failed' },
    ])
    const invented = await world.sql(
      "select 1 from calls where direction = 'outbound' and request_id is null",
    )
    expect(invented).toEqual([])
  })

  test('a failure from the default number, long after a call whose end nobody told, is not put down to that call', async () => {
    const to = aCustomer()
    const fallback = { phoneNumber: '+12125550101', elevenLabsPhoneId: 'phnum_default' }
    const by = contextWith(world, agents, { fallback })
    const { organization } = await signUp(world, { provisionPhone: false })
    dial = withoutIds
    await call(to, { of: organization.id, by })
    await ago(to, '60 days')

    const phone = {
      direction: 'outbound',
      agent_number: fallback.phoneNumber,
      external_number: to,
      call_sid: null,
    }
    const reported = [
      await postCall(
        world,
        aFailure(world.config.elevenLabs.agentId, { from: fallback.phoneNumber, to }),
      ),
      await postCall(world, aConversation({ agent_id: world.config.elevenLabs.agentId, phone })),
    ]

    expect(reported.map(({ body }) => body)).toEqual([
      { result: 'deferred' },
      { result: 'deferred' },
    ])
    expect(await callsTo(to)).toMatchObject([{ status: 'in-progress', summary: null }])
  })

  test('a failure of a call that was thought not dialled, is its own and not that of the number’s former holder', async () => {
    const to = aCustomer()
    const [a, b] = [await signUp(world), await signUp(world, { provisionPhone: false })]
    const from = a.organization.phoneNumber
    dial = withoutIds
    await call(to, { of: a.organization.id })
    await ago(to, '20 days')
    await handOver(a.organization.id, b.organization.id)
    dial = lost
    const mine = await call(to, { of: b.organization.id, key: 'handed-over' })
    for (let polls = 0; polls < 3; polls += 1) await poll(to)

    const failure = aFailure(world.config.elevenLabs.agentId, { from, to })
    const reported = await postCall(world, failure)
    await call(to, { of: b.organization.id, key: 'handed-over' })

    expect(mine.body.from).toBe(from)
    expect(reported.body).toEqual({ result: 'applied' })
    expect(await callsTo(to)).toMatchObject([
      { organization_id: a.organization.id, conversation_id: null },
      {
        organization_id: b.organization.id,
        failure_reason: 'line_busy',
        conversation_id: failure.data.conversation_id,
      },
    ])
    expect(dials).toBe(2)
  })

  test.each([
    ['before', true],
    ['after', false],
  ])(
    'a failure of either of two calls, told %s one was given up as not dialled, is put down to neither, and its key does not dial again',
    async (_when, isEarly) => {
      const to = aCustomer()
      dial = withoutIds
      await call(to)
      dial = lost
      const key = `either-${isEarly}`
      const second = await call(to, { key })
      const failure = () =>
        postCall(world, aFailure(world.config.elevenLabs.agentId, { from: number, to }))
      if (isEarly) await failure()
      // Only the second, which nobody has answered, is looked for so often.
      for (let polls = 0; polls < 3; polls += 1) await pollCall(second.body.callId)
      if (!isEarly) await failure()
      const again = await call(to, { key })

      expect(again.body).toMatchObject({ callId: second.body.callId, status: 'failed' })
      expect(await callsTo(to)).toMatchObject([
        { status: 'in-progress', conversation_id: null },
        { failure_reason: 'maybe_dialled', conversation_id: null },
      ])
      expect(dials).toBe(2)
    },
  )

  test('an end that names another call of the same numbers, is not taken for this one', async () => {
    const to = aCustomer()
    dial = withoutIds
    await call(to)

    await postCall(
      world,
      aConversation({
        agent_id: world.config.elevenLabs.agentId,
        user_id: randomUUID(),
        phone: { direction: 'outbound', agent_number: number, external_number: to },
      }),
    )

    expect((await callsTo(to)).map(({ status }) => status)).toEqual(['in-progress', 'completed'])
  })

  test.each(['failed', 'done'])(
    'an end nobody reports, is a failure that says so and is not dialled again, until a late report (%s) tells more',
    async (status) => {
      const to = aCustomer()
      const key = `late-${status}`
      dial = withoutIds
      const { body } = await call(to, { key })
      for (let polls = 0; polls < 3; polls += 1) await poll(to)
      const [givenUp] = await callsTo(to)
      const again = await call(to, { key })
      const reported = await postCall(
        world,
        aConversation({
          agent_id: world.config.elevenLabs.agentId,
          user_id: body.callId,
          status,
          metadata: { termination_reason: 'LLM error' },
          phone: { direction: 'outbound', agent_number: number, external_number: to },
        }),
      )

      expect(givenUp).toMatchObject({
        status: 'failed',
        failure_reason: 'end_not_reported',
        poll_at: null,
      })
      expect([again.body.callId, dials]).toEqual([body.callId, 1])
      expect(reported.body).toEqual({ result: 'applied' })
      expect(await callsTo(to)).toMatchObject([
        status === 'done'
          ? { status: 'completed', failure_reason: null, end_unknown: false }
          : { status: 'failed', failure_reason: 'conversation_failed', end_unknown: false },
      ])
    },
  )

  test('an end nobody reports, of a conversation that is known, takes in a late failure', async () => {
    const to = aCustomer()
    const conversationId = `conv_${randomUUID()}`
    dial = async () => ({ result: 'dialing', conversationId, providerCallId: null })
    await call(to)
    for (let polls = 0; polls < 3; polls += 1) await poll(to)

    const failure = aFailure(
      world.config.elevenLabs.agentId,
      { from: number, to },
      { conversationId },
    )
    const reported = [await postCall(world, failure), await postCall(world, failure)]

    expect(reported.map(({ body }) => body.result)).toEqual(['applied', 'duplicate'])
    expect(await callsTo(to)).toMatchObject([{ status: 'failed', failure_reason: 'line_busy' }])
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
