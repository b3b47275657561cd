import { withinDeadline } from '../../platform/deadline.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Answered } from './answer-call.ts'
import { type Onward, type ToVoicemail, toVoicemail } from './course.ts'
import { AGENT_SHARE, type GiveToAgent, type ReportNotRouted } from './give-to-agent.ts'
import type { VoiceStore } from './server-call-store.ts'

/** How the leg ended by which a caller was put through. */
interface ForwardEnd {
  providerCallId: string
  /** Null: not told. */
  seconds: number | null
  isReached: boolean
  onward: Onward
}

/** over: the caller has talked to somebody. */
type Resumed = { result: 'over' } | ToVoicemail | (Answered & { result: 'agent' | 'apology' })

export type ResumeCall = (end: ForwardEnd, log: Logger) => Promise<Resumed>

/**
 * What comes after a caller was put through: nothing, or what their routing says next, or else an apology. Never
 * fails, and takes no longer than `deadlineMs`: of what is not recorded the caller hears nothing but a name that is
 * missing, and it goes on counting at its longest.
 */
export function createResumeCall(deps: {
  voiceCalls: Pick<VoiceStore, 'recordForwardEnd'>
  giveToAgent: GiveToAgent
  reportNotRouted: ReportNotRouted
  deadlineMs: number
}): ResumeCall {
  return async (end, log) => {
    const { providerCallId, isReached, onward } = end
    try {
      return await withinDeadline(deps.deadlineMs * AGENT_SHARE, async (signal) => {
        const { call } = await deps.voiceCalls.recordForwardEnd(end, signal)
        if (isReached) return { result: 'over' } as const
        return call ? await follow(providerCallId, onward, call, signal, log) : apology(null)
      })
    } catch (thrown) {
      const problem = { err: toError(thrown), callSid: providerCallId }
      log.warn(problem, 'end of a forwarded call not recorded, or nobody found to go on with it')
      return isReached ? { result: 'over' } : apology(null)
    }
  }

  type ForwardedCall = NonNullable<Awaited<ReturnType<VoiceStore['recordForwardEnd']>>['call']>

  async function follow(
    providerCallId: string,
    { steps, isClosed }: Onward,
    { call_id: callId, agent_id: agentId, ...call }: ForwardedCall,
    signal: AbortSignal,
    log: Logger,
  ): Promise<Resumed> {
    for (const step of steps) {
      if (step === 'voicemail') return toVoicemail(call.organization, isClosed)
      try {
        return {
          result: 'agent',
          twiml: await deps.giveToAgent({ ...call, callId, agentId }, signal),
        }
      } catch (thrown) {
        deps.reportNotRouted({ providerCallId, to: call.to }, thrown, log)
      }
    }
    return apology(call.organization.name)
  }
}

const apology = (organizationName: string | null) =>
  ({ result: 'apology', organizationName, forwardTo: null }) as const
