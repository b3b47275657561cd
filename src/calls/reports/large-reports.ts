import type { Config } from '../../config/config.ts'
import { AppError, type ProblemCode } from '../../platform/errors.ts'
import { inThread, oneAfterTheOther } from '../../platform/places/in-thread.ts'
import {
  type RecordedReport,
  type RecordText,
  recordedOf,
  type TextReport,
} from './record-report.ts'
import type { Applied, Defaults, RecordUnread, ReportStore } from './report-store.ts'

/** What the thread is given: a report as the webhook brought it, or the conversation that was found at the platform. */
export interface LargeReportWork {
  /** Their memory is handed over. */
  bytes: Uint8Array<ArrayBuffer>
  receivedAt: Date
  found?: { record: keyof ReportStore; callId: string | null }
  database: Config['database']
  defaults: Defaults
}

/** What the thread says at its end. */
export type LargeReportDone =
  | { recorded: RecordedReport | Applied }
  /** To be stored by whoever keeps these. */
  | { inWriting: TextReport }
  | { problem: ProblemCode | undefined; message: string }

export type RecordLargeReport = ReturnType<typeof createLargeReports>['recordLargeReport']

/**
 * Applies reports that take longer to parse than a caller should wait for: in a thread of its own, which
 * stores those of calls, too, one after the other; its memory is free again afterwards.
 */
export function createLargeReports(config: Config, recordText: RecordText) {
  const { database, calls, elevenLabs } = config
  const defaults: Defaults = { agentId: elevenLabs.agentId, fallback: calls.fallback }
  const takeTurn = oneAfterTheOther()

  /** @throws AppError database_unavailable */
  function record<Recorded>(
    given: Pick<LargeReportWork, 'receivedAt' | 'found'> & { bytes: Uint8Array },
  ) {
    return takeTurn(async () => {
      const bytes = new Uint8Array(given.bytes)
      const work: LargeReportWork = { ...given, bytes, database, defaults }
      const done = await inThread<LargeReportDone>(THREAD, work, [bytes.buffer])
      if ('recorded' in done) return done.recorded as Recorded
      if ('inWriting' in done)
        return recordedOf(done.inWriting, await recordText(done.inWriting)) as Recorded
      throw done.problem ? new AppError(done.problem, done.message) : new Error(done.message)
    })
  }

  const recordUnread: RecordUnread = (name, callId, { conversation, receivedAt }) =>
    record<Applied>({ bytes: conversation, receivedAt, found: { record: name, callId } })

  return {
    /** A post-call event, as it came. */
    recordLargeReport: (bytes: Buffer, receivedAt: Date) =>
      record<RecordedReport>({ bytes, receivedAt }),
    recordUnread,
  }
}

const THREAD = new URL('./large-report-thread.ts', import.meta.url)
