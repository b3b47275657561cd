import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { CallReport, VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import type { Database } from '../../src/database/db.ts'
import { createPollTextReports } from '../../src/messages/replies/poll-reports.ts'
import { createTextReports } from '../../src/messages/replies/text-reports.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { memoryLog } from '../support/memory-log.ts'
import { aCustomer, createTurnDeeds } from '../support/turns.ts'

type Reported = Awaited<ReturnType<VoiceAgents['getReport']>>

describe('a conversation in writing, whose end no webhook told,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  async function aConversation() {
    const texted = await deeds.aTextedOrganization()
    const conversationId = `conv_${randomUUID()}`
    await deeds.text(texted.phoneNumber, aCustomer())
    await deeds.due(texted.organizationId)
    const server = deeds.aServer({
      async ask(_question, { onBegun }) {
        onBegun(conversationId)
        return 'Yes, it is.'
      },
    })
    await server.work()
    return { ...texted, conversationId }
  }

  /** Its time has come, and a server looks at it; what the platform tells of it. */
  async function poll(conversationId: string, answer: () => Reported) {
    await sql(
      url,
      `update orgline.text_conversations set poll_at = now() - interval '1 day'
       where conversation_id = $1 and poll_at is not null`,
      [conversationId],
    )
    const asked: string[] = []
    const { log } = memoryLog()
    const poll = createPollTextReports({
      reports: createTextReports(db),
      voiceAgents: {
        async getReport(id) {
          asked.push(id)
          return answer()
        },
      },
      log,
    })
    await poll(new AbortController().signal, {})
    return asked.includes(conversationId)
  }
  const ended = (conversationId: string, costMicros: number) =>
    ({ state: 'ended', conversationId, callId: null, agentId: null, costMicros }) as CallReport
  const away = (): Reported => {
    throw new CarrierError('elevenlabs', 'conversations.get', 'unreachable', 'no answer')
  }

  test('is looked up, and counts for what it cost', async () => {
    const { organizationId, conversationId } = await aConversation()
    const assumed = await deeds.outlayOf(organizationId)

    await poll(conversationId, () => ended(conversationId, 3_333))

    expect([assumed, await deeds.outlayOf(organizationId)]).toEqual([[10_000], [3_333]])
    expect(await poll(conversationId, () => ended(conversationId, 4_444))).toBe(false)
  })

  test('is looked up once more for each time that the platform does not answer', async () => {
    const { organizationId, conversationId } = await aConversation()
    for (let time = 1; time <= 6; time += 1) expect(await poll(conversationId, away)).toBe(true)

    await poll(conversationId, () => ended(conversationId, 3_333))

    expect(await deeds.outlayOf(organizationId)).toEqual([3_333])
  })

  test('is looked up four times where the platform does not know it', async () => {
    const { conversationId } = await aConversation()
    const polls: boolean[] = []
    for (let time = 1; time <= 5; time += 1) polls.push(await poll(conversationId, () => undefined))

    expect(polls).toEqual([true, true, true, true, false])
  })

  test('is looked up no more after three days', async () => {
    const { conversationId } = await aConversation()
    await sql(
      url,
      `update orgline.text_conversations set created_at = now() - interval '4 days' where conversation_id = $1`,
      [conversationId],
    )

    expect([await poll(conversationId, away), await poll(conversationId, away)]).toEqual([
      true,
      false,
    ])
  })

  test('with the agent that its number had before, counts as one of the turn; with an agent that was never asked, as nobody’s', async () => {
    const { organizationId, phoneNumber } = await deeds.aTextedOrganization()
    await deeds.text(phoneNumber, aCustomer())
    const silent = async () => {
      throw new CarrierError('elevenlabs', 'textConversation', 'unreachable', 'no answer')
    }
    for (const options of [{ agentId: 'agent_before', ask: silent }, { agentId: 'agent_now' }]) {
      await deeds.due(organizationId)
      await deeds.aServer(options).work()
    }
    const [turn] = await deeds.turnsOf(organizationId)
    const report = (agentId: string) =>
      createTextReports(db).record({
        conversationId: `conv_${randomUUID()}`,
        callId: turn?.id ?? null,
        agentId,
        costMicros: 3_333,
      })

    const reported = [
      await report('agent_before'),
      await report('agent_now'),
      await report('agent_never'),
    ]

    expect(reported.map(({ result }) => result)).toEqual(['applied', 'applied', 'foreign'])
    expect(await deeds.outlayOf(organizationId)).toEqual([2 * 3_333])
  })
})
