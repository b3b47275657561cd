import { parentPort, workerData } from 'node:worker_threads'
import { createCallStore } from '../../calls/call-store.ts'
import { createDatabase } from '../../database/db.ts'
import { databaseTarget } from '../../infrastructure/database-target.ts'
import { createTextReports } from '../../messages/replies/text-reports.ts'
import { AppError, toError } from '../../platform/errors.ts'
import { parseJson } from '../../platform/parse-json.ts'
import type { LargeReportDone, LargeReportWork } from './large-reports.ts'
import { recordReport } from './record-report.ts'

/** The thread: parses one report and stores it, over a connection of its own. */
async function main({ bytes, receivedAt, database, calls }: LargeReportWork): Promise<void> {
  const db = createDatabase(databaseTarget({ ...database, poolSize: 1 }, () => {}))
  const body = parseJson(Buffer.from(bytes.buffer).toString('utf8'))
  const stores = { calls: createCallStore(db, calls), reports: createTextReports(db) }
  const done: LargeReportDone = await recordReport(stores, body, receivedAt)
    .then((recorded) => ({ recorded }))
    .catch((thrown: unknown) => ({
      problem: thrown instanceof AppError ? thrown.code : undefined,
      message: toError(thrown).message,
    }))
  await db.close()
  parentPort?.postMessage(done)
}

void main(workerData as LargeReportWork)
