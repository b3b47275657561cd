import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import type { Context } from '../../src/server/context.ts'
import { dialDeeds } from '../support/dial-deeds.ts'
import { aConversation, aFailure, postCall } from '../support/post-call.ts'
import { signUp } from '../support/requests.ts'
import { contextWith, lost, withoutIds } from '../support/voice-agents.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a failure of a dial, reported late', () => {
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
  const { call, callsTo, poll, pollCall, ago, handOver } = dialDeeds(() => ({
    world,
    context,
    organizationId,
  }))

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

    const second = await call(to, { key: randomUUID() })
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
})
