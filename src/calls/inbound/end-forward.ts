import { withinDeadline } from '../../platform/deadline.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { VoiceStore } from './server-call-store.ts'

/** A caller who was put through has hung up after so many seconds; null: not told. `isReached`: somebody answered. */
export type EndForward = (
  providerCallId: string,
  end: { seconds: number | null; isReached: boolean },
  log: Logger,
) => Promise<void>

/** Never fails, and takes no longer than `deadlineMs`: what is not recorded goes on counting at its longest. */
export function createEndForward(deps: {
  voiceCalls: Pick<VoiceStore, 'recordForwardEnd'>
  deadlineMs: number
}): EndForward {
  return async (providerCallId, end, log) => {
    try {
      await withinDeadline(deps.deadlineMs, (signal) =>
        deps.voiceCalls.recordForwardEnd(providerCallId, end, signal),
      )
    } catch (thrown) {
      log.warn(
        { err: toError(thrown), callSid: providerCallId },
        'end of a forwarded call not recorded',
      )
    }
  }
}
