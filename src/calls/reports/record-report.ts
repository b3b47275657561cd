import { readPostCallEvent } from '../../carriers/elevenlabs/conversations/post-call.ts'
import type { CallReport } from '../../carriers/ports/voice-agents.ts'
import type { Applied, ReportStore } from './report-store.ts'

/** What is kept of a conversation in writing, which is no call. */
export type TextReport = Pick<CallReport, 'conversationId' | 'callId' | 'agentId' | 'costMicros'>

interface AppliedReport {
  result: Applied['result']
  organization_id?: string | null | undefined
}

/** Stores it. */
export type RecordText = (report: TextReport) => Promise<AppliedReport>

/** Applies a post-call event; undefined for one that tells nothing of the end of a call, or of a conversation in writing. */
export async function recordReport(
  { calls, recordText }: { calls: Pick<ReportStore, 'recordEvent'>; recordText: RecordText },
  body: unknown,
  receivedAt: Date,
) {
  const report = readPostCallEvent(body, receivedAt)
  if (!report) return undefined
  const applied = report.isTextOnly ? recordText(report) : calls.recordEvent(report)
  return recordedOf(report, await applied)
}

/** What became of a report. */
export function recordedOf(
  { conversationId }: Pick<CallReport, 'conversationId'>,
  { result, organization_id: organizationId }: AppliedReport,
) {
  return { conversationId, organizationId, result }
}

export type RecordedReport = Awaited<ReturnType<typeof recordReport>>
