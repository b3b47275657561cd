import { type Background, track } from '../../platform/background.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { VoiceStore } from './server-call-store.ts'

export type ReportNotPutThrough = (
  call: { callId: string | null; to: string },
  thrown: unknown,
  log: Logger,
) => void

/** What is not about the number, or the organization's limits. */
const NO_REFUSAL = new Set<string>(['call_not_found', 'call_to_self'])

/** Why a caller may not be put through, by a limit or for the number itself; undefined: anything else failed. */
export function refusalOf(thrown: unknown): AppError | undefined {
  const isRefusal =
    thrown instanceof AppError && thrown.status < 500 && !NO_REFUSAL.has(thrown.code)
  return isRefusal ? thrown : undefined
}

/** A caller was to be put through, and may not be: a person is told, in the `background`. Never fails. */
export function createReportNotPutThrough(deps: {
  voiceCalls: Pick<VoiceStore, 'recordNotPutThrough'>
  background: Background
}): ReportNotPutThrough {
  return ({ callId, to }, thrown, log) => {
    const refusal = refusalOf(thrown)
    if (!refusal || callId === null) return
    const recording = deps.voiceCalls
      .recordNotPutThrough({ callId, to, reason: refusal.message, isTransfer: false })
      .catch((error: unknown) =>
        log.error({ err: toError(error) }, 'not recorded that a caller was not put through'),
      )
    void track(deps.background, recording)
  }
}
