import { describe, expect, test } from 'vitest'
import type { CallStore, CallToPoll } from '../../src/calls/call-store.ts'
import { createCallWatch } from '../../src/calls/polling/call-poller.ts'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import type { CallReport, VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { memoryLog } from '../support/memory-log.ts'

const HOUR = 3_600_000

describe('the watch over calls', () => {
  test('a call that still runs, however often looked at, is waited for', async () => {
    expect(await pollCall(running)).toBe(false)
  })

  test('a call that still runs, while the telephone company cannot be asked, is waited for', async () => {
    const findCallEnd = () => Promise.reject(new Error('no'))
    expect(await pollCall(running, { findCallEnd })).toBe(false)
  })

  test('a call that is said to run, though its telephone call is over, is given up once looked at often enough', async () => {
    const findCallEnd = async () => ({ status: 'completed', durationSeconds: 7 })
    expect(await pollCall(running, { findCallEnd })).toBe(true)
    expect(await pollCall(running, { findCallEnd, polls: 3 })).toBe(false)
  })

  test('a call that has been running for more than a day, is not waited for', async () => {
    const stopped = await pollCall({
      state: 'running',
      startedAt: new Date(Date.now() - 25 * HOUR),
    })
    expect(stopped).toBe(true)
  })

  test('a call ElevenLabs does not know, looked at often enough, is given up', async () => {
    expect(await pollCall(undefined)).toBe(true)
  })

  test('kept events that cannot be tried, do not keep overdue calls from being looked up', async () => {
    const retryDeferred = () => Promise.reject(new Error('no'))
    const putOffDeferred = () => Promise.reject(new Error('no'))
    expect(await pollCall(undefined, { store: { retryDeferred, putOffDeferred } })).toBe(true)
  })
})

const running = { state: 'running' as const, startedAt: new Date(Date.now() - HOUR) }

/** One tick over one call in progress that was looked at `looks` times; was it given up? */
async function pollCall(
  report: Pick<CallReport, 'state' | 'startedAt'> | undefined,
  {
    store = {},
    polls = 10,
    findCallEnd = async () => undefined,
  }: {
    store?: Partial<CallStore>
    polls?: number
    findCallEnd?: Telephony['findCallEnd']
  } = {},
) {
  let stopped = false
  const call = {
    id: 'c',
    status: 'in-progress',
    conversation_id: 'conv',
    provider_call_id: 'CA1',
    poll_attempts: polls,
    poll_failing: false,
  }
  const calls: Partial<CallStore> = {
    retryDeferred: async () => ({ result: 'none' as const }),
    claimToPoll: async () => [call as CallToPoll],
    countPoll: async () => ({ counted: true }),
    recordPollFailed: async () => ({ stopped: false }),
    stopPolling: async () => {
      stopped = true
      return { stopped }
    },
    ...store,
  }
  const voiceAgents: Partial<VoiceAgents> = { getReport: async () => report as CallReport }
  await createCallWatch({
    calls: calls as CallStore,
    voiceAgents: voiceAgents as VoiceAgents,
    telephony: { findCallEnd, answers: async () => true },
    maxPolls: 10,
    log: memoryLog().log,
  }).tick(new AbortController().signal)
  return stopped
}
