import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { CallStore, InboundCall } from './call-store.ts'
import { buildVariables, type Variables } from './variables.ts'

export type BeginInboundCall = (
  call: InboundCall | null,
  raw: { from: string; to: string },
  log: Logger,
) => Promise<{ variables: Variables; callId: string | null }>

/**
 * What the agent may know of the call that is ringing. Never fails and never takes longer than
 * `deadlineMs`: whatever goes wrong, the caller gets an agent with neutral words. A null call is one
 * whose event told too little to be recorded.
 */
export function createBeginInboundCall(deps: {
  calls: CallStore
  deadlineMs: number
  defaultOrganizationName: string
}): BeginInboundCall {
  const { calls, deadlineMs, defaultOrganizationName } = deps
  return async (call, raw, log) => {
    const begun = call
      ? await withinDeadline((signal) => calls.beginInbound(call, signal), deadlineMs, log)
      : undefined
    const facts = begun?.organization ? begun : { organization: null, history: null, call_id: null }
    const variables = buildVariables({
      organization: facts.organization,
      history: facts.history,
      customerPhone: raw.from,
      calledNumber: raw.to,
      defaultOrganizationName,
    })
    return { variables, callId: facts.call_id }
  }
}

async function withinDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
  log: Logger,
): Promise<T | undefined> {
  const timeUp = new AbortController()
  const answered = new AbortController()
  const late = sleep(deadlineMs, undefined, { signal: answered.signal }).then(
    () => {
      timeUp.abort()
      log.error(
        { deadlineMs },
        'pre-call answer took too long; the agent speaks with neutral words',
      )
      return undefined
    },
    () => undefined,
  )
  const result = work(timeUp.signal).catch((thrown: unknown) => {
    if (!timeUp.signal.aborted)
      log.error(
        { err: toError(thrown) },
        'pre-call facts not found; the agent speaks with neutral words',
      )
    return undefined
  })
  const first = await Promise.race([result, late])
  answered.abort()
  return first
}
