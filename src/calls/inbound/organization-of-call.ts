import { withinDeadline } from '../../platform/deadline.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { VoiceStore } from './server-call-store.ts'

/** The name of the organization whose call it is; null: not known, or not in time. */
export type NameOfCall = (providerCallId: string, log: Logger) => Promise<string | null>

/** Never fails, and takes no longer than `deadlineMs`: a caller waits. */
export function createNameOfCall(deps: {
  voiceCalls: Pick<VoiceStore, 'organizationOf'>
  deadlineMs: number
}): NameOfCall {
  return async (providerCallId, log) => {
    try {
      return await withinDeadline(deps.deadlineMs, (signal) =>
        deps.voiceCalls.organizationOf(providerCallId, signal),
      )
    } catch (thrown) {
      log.warn({ err: toError(thrown), callSid: providerCallId }, 'the caller hears no name')
      return null
    }
  }
}
