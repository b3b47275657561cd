import { buildVariables } from '../../agent-memory/variables.ts'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { type Background, track } from '../../platform/background.ts'
import { TimeUp, withinDeadline } from '../../platform/deadline.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { requireOrdinaryNumber } from '../../telephony/destination.ts'
import type { BegunVoiceCall, RingingCall, VoiceStore } from './server-call-store.ts'

/** What the caller gets: an agent, by its TwiML; a refusal, or a word that the line is busy; or an apology. */
export type Answered =
  | { result: 'agent'; twiml: string }
  | { result: 'refused' }
  | { result: 'busy' }
  /** Null: not known, because the database did not tell in time, or not set. */
  | { result: 'apology'; organizationName: string | null; forwardTo: string | null }

export type AnswerCall = (call: RingingCall, log: Logger) => Promise<Answered>

/** How much of the deadline there is for finding the agent; the rest is for the apology. */
const AGENT_SHARE = 0.9

/** By when it has to be known whether the caller may be put through. */
const FORWARD_SHARE = 0.98

/**
 * Gives a call that is ringing to the agent of the number that was called. Never fails and never
 * takes longer than `deadlineMs`: whatever goes wrong, the caller gets an apology, made of what is
 * known by then, and a person is told in the `background`.
 */
export function createAnswerCall(deps: {
  voiceCalls: Pick<VoiceStore, 'begin' | 'beginForward' | 'recordNotRouted'>
  voiceAgents: Pick<VoiceAgents, 'registerCall'>
  deadlineMs: number
  defaultOrganizationName: string
  background: Background
}): AnswerCall {
  const { voiceCalls, voiceAgents } = deps

  return async (call, log) => {
    const startedAt = performance.now()
    const known: { begun?: BegunVoiceCall } = {}
    try {
      return await withinDeadline(deps.deadlineMs * AGENT_SHARE, async (signal) => {
        known.begun = await voiceCalls.begin(call, signal)
        return giveToAgent(call, known.begun, signal)
      })
    } catch (thrown) {
      const reason = toError(thrown)
      log.error({ err: reason }, 'call not given to its agent; the caller hears an apology')
      const recording = voiceCalls
        .recordNotRouted(call, {
          reason: reasonOf(reason),
          error: reason.message,
          errorKind: reason instanceof CarrierError ? reason.kind : null,
        })
        .catch((error: unknown) => log.error({ err: toError(error) }, 'apology not recorded'))
      void track(deps.background, recording)
      const begun = known.begun?.result === 'answer' ? known.begun : undefined
      return {
        result: 'apology',
        organizationName: begun?.organization.name ?? null,
        forwardTo: await mayForward(call, begun?.forward_to ?? null, startedAt, log),
      }
    }
  }

  /** The number, where the call may be put through to it: what costs so much passes the guard of calls. */
  async function mayForward(
    call: Parameters<AnswerCall>[0],
    forwardTo: string | null,
    startedAt: number,
    log: Logger,
  ): Promise<string | null> {
    const { providerCallId } = call
    if (forwardTo === null || providerCallId === null) return null
    const elapsed = performance.now() - startedAt
    try {
      await withinDeadline(deps.deadlineMs * FORWARD_SHARE - elapsed, async (signal) => {
        await requireOrdinaryNumber(forwardTo, 'to which no call is forwarded')
        signal.throwIfAborted()
        await voiceCalls.beginForward(providerCallId, forwardTo, signal)
      })
      return forwardTo
    } catch (thrown) {
      log.warn({ err: toError(thrown) }, 'caller not put through; may leave a message')
      return null
    }
  }

  async function giveToAgent(
    call: Parameters<AnswerCall>[0],
    begun: BegunVoiceCall,
    signal: AbortSignal,
  ): Promise<Answered> {
    if (begun.result === 'busy') return { result: 'busy' }
    if (begun.result !== 'answer') return { result: 'refused' }
    const variables = buildVariables({
      organization: begun.organization,
      history: begun.history,
      callId: begun.call_id,
      customerPhone: call.from,
      calledNumber: call.to,
      defaultOrganizationName: deps.defaultOrganizationName,
    })
    const { agent_id: agentId, call_id: callId } = begun
    const { from, to } = call
    const twiml = await voiceAgents.registerCall({ agentId, from, to, callId, variables }, signal)
    return { result: 'agent', twiml }
  }
}

/** For the organization, as rows keep it: what else failed of ours is for the log alone. */
function reasonOf(error: Error): string | null {
  if (error instanceof CarrierError) return error.reason
  if (error instanceof TimeUp) return `no_answer_within: ${error.deadlineMs} ms`
  return error instanceof AppError && error.code === 'database_unavailable' ? error.code : null
}
