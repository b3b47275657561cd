import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from '../../src/carriers/elevenlabs/voice-agents.ts'
import { underLease } from '../../src/database/lease.ts'
import { answerText, carrierServer } from '../support/carrier-server.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { contextWith } from '../support/voice-agents.ts'
import { startWorld, type World } from '../support/world.ts'

const TURNS = 5_000
const WORDS = 'All the words of a long call. '.repeat(136)
const LONG = 1_000_000

describe('a report of 20 MB, of 5,000 turns', () => {
  let world: World
  let number: string
  const { signal } = new AbortController()
  beforeAll(async () => {
    // What it costs must not be judged by the time that this machine needs.
    world = await startWorld({ settings: { DATABASE_TIMEOUT_MS: '120000' } })
    number = (await signUp(world)).organization.phoneNumber
  })
  afterAll(() => world.stop())

  const transcript = Array.from({ length: TURNS }, (_, turn) => ({
    role: turn % 2 ? 'user' : 'agent',
    message: WORDS,
  }))
  const ringing = async () => {
    const call = aCall(number, { caller_id: '+16045559177' })
    await askInitiation(world, call)
    return call.call_sid
  }
  const reportOf = (call_sid: string, agent_number = number) => {
    const { agentId } = world.config.elevenLabs
    const phone = { agent_number, external_number: '+16045559177', call_sid }
    return aConversation({ agent_id: agentId, phone, transcript })
  }
  const stored = (conversationId: string) =>
    world.sql(
      `select c.status, count(*)::int as turns, sum(length(t ->> 'message'))::int as letters
       from calls c cross join jsonb_array_elements(c.transcript) t
       where c.conversation_id = $1 group by c.id`,
      [conversationId],
    )
  const WHOLE = [{ status: 'completed', turns: TURNS, letters: TURNS * WORDS.length }]

  /** A server whose voice platform tells this conversation, whichever it is asked for. */
  async function serverThatFinds({ data }: ReturnType<typeof reportOf>) {
    const platform = await carrierServer(answerText(200, JSON.stringify(data)))
    const request = createElevenLabsClient({
      ...world.config.elevenLabs,
      baseUrl: platform.origin,
      timeoutMs: 120_000,
    })
    const { getReport } = createElevenLabsVoiceAgents(request, {
      baseUrl: platform.origin,
      twilioAccountSid: 'AC',
      twilioAuthToken: 'token',
    })
    const { conversation_id: conversationId } = data
    return contextWith(world, {
      getReport,
      async *listConversations() {
        yield [{ conversationId, startedAt: new Date(), isOver: true }]
      },
    })
  }

  /** Texts that were parsed or made where callers are answered. */
  function longTextsHere() {
    const parse = vi.spyOn(JSON, 'parse')
    const stringify = vi.spyOn(JSON, 'stringify')
    onTestFinished(() => {
      parse.mockRestore()
      stringify.mockRestore()
    })
    return () => [
      ...parse.mock.calls.filter(([text]) => text.length > LONG),
      ...stringify.mock.results.filter(({ value }) => value?.length > LONG),
    ]
  }

  test('by webhook, is answered 200 and stored whole', async () => {
    const report = reportOf(await ringing())

    const answer = await postCall(world, report)

    expect(answer).toMatchObject({ status: 200, body: { result: 'applied' } })
    expect(await stored(report.data.conversation_id)).toEqual(WHOLE)
  })

  test('by webhook, before anybody knows its call, is kept, and stored whole once somebody does', async () => {
    const report = reportOf(`CA${randomUUID()}`, '+12125550100')
    const answer = await postCall(world, report)
    await world.sql('update calls set conversation_id = $1 where provider_call_id = $2', [
      report.data.conversation_id,
      await ringing(),
    ])
    await world.sql('update webhook_events set next_try_at = now()')

    await world.context.calls.callWatch.tick(signal)

    expect(answer).toMatchObject({ status: 200, body: { result: 'deferred' } })
    expect(await stored(report.data.conversation_id)).toEqual(WHOLE)
  })

  test('of an overdue call, by looking it up, is stored whole, and read by a thread of its own', async () => {
    const sid = await ringing()
    const report = reportOf(sid)
    await world.sql(
      'update calls set conversation_id = $1, poll_at = now() where provider_call_id = $2',
      [report.data.conversation_id, sid],
    )
    const server = await serverThatFinds(report)
    const longTexts = longTextsHere()

    await server.calls.callWatch.tick(signal)

    expect(longTexts()).toEqual([])
    expect(await stored(report.data.conversation_id)).toEqual(WHOLE)
  })

  test('of a call that no webhook told of, by the scan, is stored whole, and read by a thread of its own', async () => {
    const report = reportOf(`CA${randomUUID()}`)
    const server = await serverThatFinds(report)
    const longTexts = longTextsHere()

    await underLease(
      { db: world.context.db, name: 'calls.scan', everyMs: 0, leaseMs: 600_000 },
      server.calls.callScan,
      { signal },
    )

    expect(longTexts()).toEqual([])
    expect(await stored(report.data.conversation_id)).toEqual(WHOLE)
  })
})
