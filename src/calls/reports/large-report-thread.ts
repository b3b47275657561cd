import { parentPort, workerData } from 'node:worker_threads'
import { readConversation } from '../../carriers/elevenlabs/conversations/long-conversation.ts'
import { readPostCallEvent } from '../../carriers/elevenlabs/conversations/post-call.ts'
import { createDatabase } from '../../database/db.ts'
import { databaseTarget } from '../../infrastructure/database-target.ts'
import { AppError, toError } from '../../platform/errors.ts'
import { parseJson } from '../../platform/parse-json.ts'
import type { LargeReportDone, LargeReportWork } from './large-reports.ts'
import { recordedOf } from './record-report.ts'
import { createReportStore, type ReportStore } from './report-store.ts'

/** The thread: parses one report and stores it, over a connection of its own. */
async function main({ database, defaults, ...given }: LargeReportWork): Promise<void> {
  const db = createDatabase(databaseTarget({ ...database, poolSize: 1 }, () => {}))
  const done = await record(createReportStore(db, defaults), given).catch((thrown: unknown) => ({
    problem: thrown instanceof AppError ? thrown.code : undefined,
    message: toError(thrown).message,
  }))
  await db.close()
  parentPort?.postMessage(done)
}

async function record(
  store: ReportStore,
  given: Pick<LargeReportWork, 'bytes' | 'receivedAt' | 'found'>,
): Promise<LargeReportDone> {
  const { bytes, receivedAt, found } = given
  if (found) {
    const report = readConversation({ conversation: bytes, receivedAt })
    return { recorded: await store[found.record]({ ...report, callId: found.callId }) }
  }
  const report = readPostCallEvent(parseJson(Buffer.from(bytes).toString()), receivedAt)
  if (!report) return { recorded: undefined }
  const { conversationId, callId, agentId, costMicros } = report
  if (report.isTextOnly) return { inWriting: { conversationId, callId, agentId, costMicros } }
  return { recorded: recordedOf(report, await store.recordEvent(report)) }
}

void main(workerData as LargeReportWork)
