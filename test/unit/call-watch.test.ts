import { describe, expect, test } from 'vitest'
import type { CallStore, RecordedCall } from '../../src/calls/call-store.ts'
import { createCallWatch } from '../../src/calls/polling/call-poller.ts'
import type { CallReport, VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { memoryLog } from '../support/memory-log.ts'

const HOUR = 3_600_000

describe('the watch over calls', () => {
  test('a call that still runs, however often looked at, is waited for', async () => {
    const stopped = await lookAt({ state: 'running', startedAt: new Date(Date.now() - HOUR) })
    expect(stopped).toBe(false)
  })

  test('a call that has been running for more than a day, is not waited for', async () => {
    const stopped = await lookAt({ state: 'running', startedAt: new Date(Date.now() - 25 * HOUR) })
    expect(stopped).toBe(true)
  })

  test('a call ElevenLabs does not know, looked at often enough, is given up', async () => {
    expect(await lookAt(undefined)).toBe(true)
  })

  test('kept events that cannot be tried, do not keep overdue calls from being looked up', async () => {
    const retryKept = () => Promise.reject(new Error('no'))
    expect(await lookAt(undefined, { retryKept })).toBe(true)
  })
})

/** One tick over one call in progress that was looked at ten times; was it given up? */
async function lookAt(
  report: Pick<CallReport, 'state' | 'startedAt'> | undefined,
  store: Partial<CallStore> = {},
) {
  let stopped = false
  const call = { id: 'c', status: 'in-progress', conversation_id: 'conv', looks: 10 }
  const calls: Partial<CallStore> = {
    retryKept: async () => ({ applied: 0 }),
    claimToLookAt: async () => [call as RecordedCall],
    stopLooking: async () => {
      stopped = true
      return { stopped }
    },
    ...store,
  }
  const voiceAgents: Partial<VoiceAgents> = { getReport: async () => report as CallReport }
  await createCallWatch({
    calls: calls as CallStore,
    voiceAgents: voiceAgents as VoiceAgents,
    maxLooks: 10,
    log: memoryLog().log,
  }).tick(new AbortController().signal)
  return stopped
}
