import { expect, test } from 'vitest'
import type { CallStore } from '../../src/calls/call-store.ts'
import { createCallSweep } from '../../src/calls/polling/missed-call-scan.ts'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { createLogger } from '../../src/platform/logger.ts'

const DAY = 86_400_000
const OVERLAP = 300_000

/** A sweep that finds one running conversation, begun then: from when it asks, and what it leaves. */
async function swept(state: { since?: string; failing?: Record<string, string> }, startedAt: Date) {
  const asked: Date[] = []
  const reported: { reason: string; isGivenUp: boolean }[] = []
  const voiceAgents = {
    async *listConversations({ from }: { from: Date }) {
      asked.push(from)
      yield [{ conversationId: 'conv_1', isOver: false, startedAt }]
    },
  } as Partial<VoiceAgents> as VoiceAgents
  const calls = { unknownAmong: async (ids: string[]) => ids } as Partial<CallStore> as CallStore
  const sweep = createCallSweep({
    calls,
    voiceAgents,
    agentIds: async () => ['agent_1'],
    stuck: { report: async (_item, failure) => void reported.push(failure), taken: async () => {} },
    log: createLogger({ level: 'silent', secrets: [] }),
  })
  const left = await sweep(new AbortController().signal, state)
  return { from: asked[0], since: Date.parse(left?.since ?? ''), failing: left?.failing, reported }
}

const daysAgo = (days: number) => new Date(Date.now() - days * DAY)

test('a sweep, after days in which nobody swept, goes back to where the last one ended', async () => {
  const since = daysAgo(5)

  const { from } = await swept({ since: since.toISOString() }, daysAgo(0.5))

  expect(from).toEqual(since)
})

test('a sweep, with a conversation that goes on, comes back to it', async () => {
  const startedAt = daysAgo(0.5)

  const { since } = await swept({ since: daysAgo(5).toISOString() }, startedAt)

  expect(since).toBe(startedAt.getTime() - OVERLAP)
})

test('a sweep, with a conversation that goes on for days, takes that for one that cannot be read', async () => {
  const startedAt = daysAgo(4)

  const { since, failing, reported } = await swept({ since: daysAgo(5).toISOString() }, startedAt)

  expect(since).toBe(startedAt.getTime() - OVERLAP)
  expect(failing).toHaveProperty('conv_1')
  expect(reported).toEqual([])
})

test('a sweep, with a conversation that could not be read for a day, gives that up, and tells a person', async () => {
  const before = Date.now()
  const state = { since: daysAgo(5).toISOString(), failing: { conv_1: daysAgo(1.1).toISOString() } }

  const { since, failing, reported } = await swept(state, daysAgo(4))

  expect(since).toBeGreaterThanOrEqual(before - OVERLAP)
  expect(failing).toEqual({})
  expect(reported).toEqual([{ reason: 'it is said to go on for a day', isGivenUp: true }])
})
