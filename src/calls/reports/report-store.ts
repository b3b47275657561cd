import { z } from 'zod'
import type {
  CallReport,
  UnreadTranscript,
  WholeReport,
} from '../../carriers/ports/voice-agents.ts'
import type { Database } from '../../database/db.ts'
import { toCallEvent } from './call-event.ts'

const Applied = z.object({
  result: z.enum(['applied', 'duplicate', 'deferred', 'erased', 'foreign']),
  organization_id: z.guid().optional(),
})
export type Applied = z.infer<typeof Applied>

/** Stores a report whose transcript is too long to be read here; `callId`: as the report has it. */
export type RecordUnread = (
  record: keyof ReportStore,
  callId: string | null,
  unread: UnreadTranscript,
) => Promise<Applied>

/** The deployment's own agent and number, which stand in no table. */
export interface Defaults {
  agentId: string
  fallback: { phoneNumber: string } | undefined
}

export type ReportStore = ReturnType<typeof createReportStore>

export function createReportStore(db: Database, { agentId, fallback }: Defaults) {
  const eventOf = (report: WholeReport) => ({
    eventKey: `${report.conversationId}:${report.state}`,
    event: {
      ...toCallEvent(report),
      of_default: report.agentId === agentId || report.ourNumber === (fallback?.phoneNumber ?? ''),
    },
    transcript: report.transcript,
  })
  return {
    /** Applies the end of a call, once; kept for later when nobody knows the call yet, unless foreign. */
    recordEvent: (report: WholeReport) => db.rpc('record_call_event', eventOf(report), Applied),
    /** As recordEvent, for a call found by looking; one on a number that is not ours is left alone. */
    recordFound: (report: WholeReport) => db.rpc('record_found_call', eventOf(report), Applied),
  }
}

/** The same for reports of any length. */
export function takingUnread(store: ReportStore, recordUnread: RecordUnread) {
  const record =
    (name: keyof ReportStore) =>
    ({ transcript, ...report }: CallReport): Promise<Applied> =>
      Array.isArray(transcript)
        ? store[name]({ ...report, transcript })
        : recordUnread(name, report.callId, transcript)
  return { recordEvent: record('recordEvent'), recordFound: record('recordFound') }
}
