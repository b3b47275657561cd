import { courseOf } from '../../phone-numbers/call-routing.ts'
import { TimeUp, withinDeadline } from '../../platform/deadline.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { requireOrdinaryNumber } from '../../telephony/destination.ts'
import { type Onward, onwardOf, type ToVoicemail, toVoicemail } from './course.ts'
import { AGENT_SHARE, type GiveToAgent, type ReportNotRouted } from './give-to-agent.ts'
import type { ReportNotPutThrough } from './not-put-through.ts'
import type { BegunVoiceCall, RingingCall, VoiceStore } from './server-call-store.ts'

/** A caller is put through by the routing; `onward`: what comes where nobody answers. */
interface Forwarded {
  result: 'forward'
  organizationName: string
  to: string
  ringSeconds: number | undefined
  onward: Onward
}

/** What the caller gets: an agent, by its TwiML; a refusal, or a word that the line is busy; whatever its routing says; or an apology. */
export type Answered =
  | { result: 'agent'; twiml: string }
  | { result: 'refused' }
  | { result: 'busy' }
  | Forwarded
  | ToVoicemail
  /** Null: not known, because the database did not tell in time, or not set. */
  | { result: 'apology'; organizationName: string | null; forwardTo: string | null }

export type AnswerCall = (call: RingingCall, log: Logger) => Promise<Answered>

/** By when it has to be known whether the caller may be put through. */
const FORWARD_SHARE = 0.98

/**
 * Gives a call that is ringing to the agent of the number that was called, or to whom its routing says. Never
 * fails and never takes longer than `deadlineMs`: whatever goes wrong, the caller gets what comes next, and at last
 * an apology, made of what is known by then.
 */
export function createAnswerCall(deps: {
  voiceCalls: Pick<VoiceStore, 'begin' | 'beginForward' | 'recordSentToVoicemail'>
  giveToAgent: GiveToAgent
  reportNotRouted: ReportNotRouted
  reportNotPutThrough: ReportNotPutThrough
  deadlineMs: number
}): AnswerCall {
  const { voiceCalls, giveToAgent, reportNotRouted, reportNotPutThrough } = deps

  return async (call, log) => {
    const startedAt = performance.now()
    /** Within this share of the deadline, counted from the beginning. */
    const within = <T>(share: number, work: (signal: AbortSignal) => Promise<T>) =>
      withinDeadline(deps.deadlineMs * share - (performance.now() - startedAt), work).catch(
        (thrown: unknown) => {
          throw thrown instanceof TimeUp ? new TimeUp(deps.deadlineMs * share) : thrown
        },
      )
    try {
      const begun = await within(AGENT_SHARE, (signal) => voiceCalls.begin(call, signal))
      if (begun.result === 'busy') return { result: 'busy' }
      if (begun.result !== 'answer') return { result: 'refused' }
      return await follow(call, begun, within, log)
    } catch (thrown) {
      reportNotRouted(call, thrown, log)
      return { result: 'apology', organizationName: null, forwardTo: null }
    }
  }

  type Within = <T>(share: number, work: (signal: AbortSignal) => Promise<T>) => Promise<T>
  type Begun = BegunVoiceCall & { result: 'answer' }

  /** Goes through the routing, and where all of it comes to nothing, apologizes. */
  async function follow(
    call: RingingCall,
    begun: Begun,
    within: Within,
    log: Logger,
  ): Promise<Answered> {
    const { organization } = begun
    const course = courseOf(organization, new Date())
    const failures: unknown[] = []
    let isReported = false
    for (const [index, step] of course.steps.entries()) {
      try {
        if (step.to === 'agent') return await toAgent(call, begun, within)
        if (step.to === 'voicemail')
          return await leaveMessage(call, begun, course.isClosed, within, log)
        await passForward(call, step.number, within)
        const rest = { ...course, steps: course.steps.slice(index + 1) }
        return {
          result: 'forward',
          organizationName: organization.name,
          to: step.number,
          ringSeconds: step.ring_seconds,
          onward: onwardOf(rest, call.isAttested),
        }
      } catch (thrown) {
        failures.push(thrown)
        if (step.to === 'agent') {
          reportNotRouted(call, thrown, log)
          isReported = true
        } else {
          log.warn({ err: toError(thrown) }, 'caller not put through by the routing')
          // Where there is nothing else, it is why the caller hears an apology.
          if (course.steps.length > 1 && step.to === 'forward')
            reportNotPutThrough({ callId: begun.call_id, to: step.number }, thrown, log)
        }
      }
    }
    if (!isReported) reportNotRouted(call, failures.at(-1), log)
    const hasForward = course.steps.some(({ to }) => to === 'forward')
    return {
      result: 'apology',
      organizationName: organization.name,
      forwardTo: hasForward ? null : await fallback(call, begun, within, log),
    }
  }

  async function toAgent(call: RingingCall, begun: Begun, within: Within): Promise<Answered> {
    const { agent_id: agentId, call_id: callId, organization, history } = begun
    const { from, to } = call
    const forAgent = { agentId, callId, organization, history, from, to }
    const twiml = await within(AGENT_SHARE, (signal) => giveToAgent(forAgent, signal))
    return { result: 'agent', twiml }
  }

  /** The caller hears the same, whether or not that can be recorded. */
  async function leaveMessage(
    { providerCallId }: RingingCall,
    { organization }: Begun,
    isClosed: boolean,
    within: Within,
    log: Logger,
  ): Promise<ToVoicemail> {
    if (providerCallId !== null)
      await within(FORWARD_SHARE, (signal) =>
        voiceCalls.recordSentToVoicemail(providerCallId, signal),
      ).catch((thrown: unknown) =>
        log.warn({ err: toError(thrown) }, 'not recorded that a caller is to leave a message'),
      )
    return toVoicemail(organization, isClosed)
  }

  /** What costs so much passes the guard of calls. @throws Error where the caller may not be put through */
  async function passForward(call: RingingCall, number: string, within: Within): Promise<void> {
    const { providerCallId, customer } = call
    if (providerCallId === null) throw new Error('a call without an id is not put through')
    if (number === customer)
      throw new AppError('call_to_self', `${number}, to which calls are forwarded, is the caller`)
    await within(FORWARD_SHARE, async (signal) => {
      await requireOrdinaryNumber(number, 'to which no call is forwarded')
      signal.throwIfAborted()
      await voiceCalls.beginForward(providerCallId, number, signal)
    })
  }

  /** The number, where the call may be put through to it. */
  async function fallback(
    call: RingingCall,
    { call_id: callId, forward_to: forwardTo }: Begun,
    within: Within,
    log: Logger,
  ): Promise<string | null> {
    if (forwardTo === null) return null
    try {
      await passForward(call, forwardTo, within)
      return forwardTo
    } catch (thrown) {
      log.warn({ err: toError(thrown) }, 'caller not put through; may leave a message')
      reportNotPutThrough({ callId, to: forwardTo }, thrown, log)
      return null
    }
  }
}
