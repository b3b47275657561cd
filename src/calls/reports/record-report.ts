import { readPostCallEvent } from '../../carriers/elevenlabs/conversations/post-call.ts'
import type { ReportStore } from './report-store.ts'

/** Applies a post-call event; undefined for one that tells nothing of a call's end. */
export async function recordReport(
  calls: Pick<ReportStore, 'recordEvent'>,
  body: unknown,
  receivedAt: Date,
) {
  const report = readPostCallEvent(body, receivedAt)
  if (!report) return undefined
  const { result, organization_id: organizationId } = await calls.recordEvent(report)
  return { conversationId: report.conversationId, organizationId, result }
}

export type RecordedReport = Awaited<ReturnType<typeof recordReport>>
