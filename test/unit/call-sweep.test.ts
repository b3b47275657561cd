import { expect, test } from 'vitest'
import type { CallStore } from '../../src/calls/call-store.ts'
import { createCallSweep } from '../../src/calls/polling/missed-call-scan.ts'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { createLogger } from '../../src/platform/logger.ts'

const DAY = 86_400_000
const OVERLAP = 300_000

/** A sweep that finds one running conversation, begun then: from when it asks, and what it leaves. */
async function swept(state: { since?: string }, startedAt: Date) {
  const asked: Date[] = []
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
    log: createLogger({ level: 'silent', secrets: [] }),
  })
  const left = await sweep(new AbortController().signal, state)
  return { from: asked[0], since: Date.parse(left?.since ?? '') }
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

test('a sweep, with a conversation that goes on for days, gives that up after one', async () => {
  const before = Date.now()

  const { since } = await swept({ since: daysAgo(5).toISOString() }, daysAgo(4))

  expect(since).toBeGreaterThanOrEqual(before - DAY - OVERLAP)
})
