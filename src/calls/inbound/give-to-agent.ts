import type { z } from 'zod'
import { buildVariables, type History } from '../../agent-memory/variables.ts'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { type Background, track } from '../../platform/background.ts'
import { TimeUp } from '../../platform/deadline.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { truncate } from '../../platform/truncate.ts'
import type { Tenant } from '../call-store.ts'
import { refusalOf } from './not-put-through.ts'
import type { VoiceStore } from './server-call-store.ts'

/** How much of a caller's deadline there is for finding the agent; the rest is for the apology. */
export const AGENT_SHARE = 0.9

const REASON_LENGTH = 500

/** A call, and what its agent may know. */
interface CallForAgent {
  from: string
  to: string
  callId: string | null
  agentId: string
  organization: z.infer<typeof Tenant>
  history: History
}

/** The answer that gives the call to its agent, as TwiML. */
export type GiveToAgent = (call: CallForAgent, signal: AbortSignal) => Promise<string>

export function createGiveToAgent(deps: {
  voiceAgents: Pick<VoiceAgents, 'registerCall'>
  defaultOrganizationName: string
}): GiveToAgent {
  return ({ from, to, callId, agentId, organization, history }, signal) => {
    const variables = buildVariables({
      organization,
      history,
      callId,
      customerPhone: from,
      calledNumber: to,
      defaultOrganizationName: deps.defaultOrganizationName,
    })
    return deps.voiceAgents.registerCall({ agentId, from, to, callId, variables }, signal)
  }
}

export type ReportNotRouted = (
  call: { providerCallId: string | null; to: string },
  thrown: unknown,
  log: Logger,
) => void

/** No agent could take the call: a person is told, in the `background`. Never fails. */
export function createReportNotRouted(deps: {
  voiceCalls: Pick<VoiceStore, 'recordNotRouted'>
  background: Background
}): ReportNotRouted {
  return (call, thrown, log) => {
    const reason = toError(thrown)
    log.error({ err: reason }, 'call not given to its agent')
    const recording = deps.voiceCalls
      .recordNotRouted(call, {
        reason: reasonOf(reason),
        error: reason.message,
        errorKind: kindOf(reason),
      })
      .catch((error: unknown) => log.error({ err: toError(error) }, 'apology not recorded'))
    void track(deps.background, recording)
  }
}

function kindOf(error: Error) {
  if (error instanceof CarrierError) return error.kind
  return refusalOf(error) ? 'refused_here' : null
}

/** For the organization, as rows keep it: what else failed of ours is for the log alone. */
function reasonOf(error: Error): string | null {
  const refusal = refusalOf(error)
  if (refusal) return `not_put_through: ${truncate(refusal.message, REASON_LENGTH)}`
  if (error instanceof CarrierError) return error.reason
  if (error instanceof AppError && error.code === 'call_to_self') return error.code
  if (error instanceof TimeUp) return `no_answer_within: ${error.deadlineMs} ms`
  return error instanceof AppError && error.code === 'database_unavailable' ? error.code : null
}
