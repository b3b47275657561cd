import { buildVariables, type Variables } from '../../agent-memory/variables.ts'
import { TimeUp, withinDeadline } from '../../platform/deadline.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Metrics } from '../../platform/monitoring/metrics.ts'
import type { CallStore, InboundCall } from '../call-store.ts'

export type BeginInboundCall = (
  call: InboundCall,
  log: Logger,
) => Promise<{ variables: Variables; callId: string | null }>

/** How much of the deadline there is for finding out; the rest is for the answer, also of a busy machine. */
const FACTS_SHARE = 0.8

/**
 * What the agent may know of the call that is ringing. Never fails and never takes longer than
 * `deadlineMs`: whatever goes wrong, the caller gets an agent with neutral words.
 */
export function createBeginInboundCall(deps: {
  calls: CallStore
  deadlineMs: number
  defaultOrganizationName: string
  metrics: Pick<Metrics, 'preCall'>
}): BeginInboundCall {
  const { calls, deadlineMs, defaultOrganizationName, metrics } = deps
  return async (call, log) => {
    const begun = await withinDeadline(deadlineMs * FACTS_SHARE, (signal) =>
      calls.beginInbound(call, signal),
    ).catch((thrown: unknown) => {
      metrics.preCall(thrown instanceof TimeUp ? 'late' : 'failed')
      return report(thrown, log)
    })
    if (begun) metrics.preCall(begun.organization ? 'known' : 'neutral')
    const facts = begun?.organization ? begun : { organization: null, history: null, call_id: null }
    const variables = buildVariables({
      organization: facts.organization,
      history: facts.history,
      callId: facts.call_id,
      customerPhone: call.from,
      calledNumber: call.to,
      defaultOrganizationName,
    })
    return { variables, callId: facts.call_id }
  }
}

function report(thrown: unknown, log: Logger): undefined {
  if (thrown instanceof TimeUp) {
    log.error({ err: thrown }, 'pre-call answer took too long; the agent speaks with neutral words')
  } else {
    log.error(
      { err: toError(thrown) },
      'pre-call facts not found; the agent speaks with neutral words',
    )
  }
}
