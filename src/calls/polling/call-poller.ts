import type { CallEnd } from '../../carriers/ports/arrivals.ts'
import { createOwnFailures } from '../../carriers/ports/own-failures.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { CallReport, VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { claimEach, drain } from '../../platform/work-queue.ts'
import { calledNumber, customerNumber } from '../../telephony/phone.ts'
import type { CallStore, CallToPoll, RecordedCall } from '../call-store.ts'

/** Calls, and kept events, dealt with in one tick. */
const BATCH = 20

/** Whether a report is of a call: a telephone's, between its numbers and by its agent, as far as told. */
function fits(call: RecordedCall, report: CallReport): boolean {
  const { from_number: from, to_number: to } = call
  const [ours, customers] = call.direction === 'inbound' ? [to, from] : [from, to]
  const { ourNumber, customerNumber: reported, agentId } = report
  const customer = reported === null ? null : customerNumber(reported)
  return (
    report.isPhoneCall &&
    (ourNumber === null || calledNumber(ourNumber) === ours) &&
    (customer === null || customer === customers) &&
    (call.agent_id === null || agentId === null || agentId === call.agent_id)
  )
}

/** No call lasts so long: one that still counts as running then is not waited for any more. */
const isLongAgo = (startedAt: Date) => startedAt.getTime() < Date.now() - 86_400_000

/**
 * Finds out what no webhook told: whether an unanswered request did dial, how an overdue call
 * ended, and whose the events were that came before their call. One tick of the `calls` loop.
 */
export function createCallWatch(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  telephony: Pick<Telephony, 'findCallEnd' | 'answers'>
  maxPolls: number
  log: Logger
}): { tick(signal: AbortSignal): Promise<number> } {
  const { calls, voiceAgents, telephony, maxPolls, log } = deps

  /**
   * A look that gets no answer throws before it counts: it has found nothing out. That the carrier answers
   * nothing says nothing of the call; one that alone cannot be read is a person's in the end.
   */
  async function poll(call: RecordedCall): Promise<void> {
    const report = await find(call)
    if (!report) return count(call, { isFound: false })
    const end = await endOf(call, report)
    if (end) return count(call, { isFound: true, end })
    try {
      await conclude(call, report)
    } catch (error) {
      await count(call, { isFound: true })
      throw error
    }
  }

  async function conclude(call: RecordedCall, report: CallReport): Promise<void> {
    if (report.state !== 'running') {
      await calls.recordEvent({ ...report, callId: call.id })
    } else if (call.status === 'unknown' || call.status === 'initiating') {
      await calls.recordDialed(call.id, report)
    } else if (isLongAgo(report.startedAt)) {
      await calls.stopPolling(call.id, { isFound: true })
    }
  }

  /** A conversation may be said to go on for ever whose telephone call is over. */
  async function endOf(call: RecordedCall, { state }: CallReport): Promise<CallEnd | undefined> {
    const callSid =
      state === 'running' && call.status === 'in-progress' ? call.provider_call_id : null
    return callSid ? telephony.findCallEnd(callSid) : undefined
  }

  async function count(
    call: RecordedCall,
    known: { isFound: boolean; end?: CallEnd },
  ): Promise<void> {
    if (call.poll_attempts + 1 < maxPolls) await calls.countPoll(call.id)
    else await calls.stopPolling(call.id, known)
  }

  /** An inbound call is known by its conversation; one of ours also by the id we gave along. */
  async function find(call: RecordedCall): Promise<CallReport | undefined> {
    if (!call.conversation_id) return voiceAgents.findReport(call.id, (each) => fits(call, each))
    const report = await voiceAgents.getReport(call.conversation_id)
    return report && (report.isPhoneCall || report.state === 'running') ? report : undefined
  }

  /** Tries kept events that are due, one after the other. @returns how many found their call */
  async function retryKept(): Promise<number> {
    let applied = 0
    for (let tried = 0; tried < BATCH; tried += 1) {
      const { result, error } = await retryNext()
      if (error !== undefined) log.error({ error }, 'a kept post-call event fails; tried again')
      if (result === 'applied') applied += 1
      if (result === 'none') break
    }
    return applied
  }

  /** One that could not be tried is put off, and ends this tick: others may take as long to fail. */
  async function retryNext(): ReturnType<CallStore['retryDeferred']> {
    try {
      return await calls.retryDeferred()
    } catch (thrown) {
      const error = toError(thrown)
      log.error({ err: error }, 'a kept post-call event could not be tried; tried again')
      await calls.putOffDeferred(error.message)
      return { result: 'none' }
    }
  }

  return {
    async tick(signal) {
      const applied = await retryKept().catch((thrown: unknown) => {
        log.error({ err: toError(thrown) }, 'kept post-call events not tried; tried again')
        return 0
      })
      const isOwn = createOwnFailures({
        elevenlabs: () => voiceAgents.answers(),
        twilio: () => telephony.answers(),
      })
      const polled = await drain({
        claim: claimEach(await calls.claimToPoll(BATCH)),
        work: async (call: CallToPoll) => {
          await poll(call)
          if (call.poll_failing) await calls.endPollFailing(call.id)
        },
        fail: async ({ id }, error) => {
          log.warn({ err: error, callId: id }, 'call not looked up; tried again')
          if (await isOwn(error)) await calls.recordPollFailed(id, error.message)
          return 'next'
        },
        signal,
        log,
      })
      return applied + polled
    },
  }
}
