import type { CallStore } from '../../calls/call-store.ts'
import { readPostCallEvent } from '../../carriers/elevenlabs/conversations/post-call.ts'
import type { TextReports } from '../../messages/replies/text-reports.ts'

/** Applies a post-call event; undefined for one that tells nothing of the end of a call, or of a conversation in writing. */
export async function recordReport(
  {
    calls,
    reports,
  }: { calls: Pick<CallStore, 'recordEvent'>; reports: Pick<TextReports, 'record'> },
  body: unknown,
  receivedAt: Date,
) {
  const report = readPostCallEvent(body, receivedAt)
  if (!report) return undefined
  const recorded = report.isTextOnly ? reports.record(report) : calls.recordEvent(report)
  const { result, organization_id: organizationId } = await recorded
  return { conversationId: report.conversationId, organizationId, result }
}

export type RecordedReport = Awaited<ReturnType<typeof recordReport>>
