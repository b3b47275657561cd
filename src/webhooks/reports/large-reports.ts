import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { callStoreOptions } from '../../calls/call-store.ts'
import type { Config } from '../../config/config.ts'
import { AppError, type ProblemCode } from '../../platform/errors.ts'
import type { RecordedReport } from './record-report.ts'

/** What the thread is given; the memory of the bytes is handed over. */
export type LargeReportWork = ReturnType<typeof workOf>

/** What the thread says at its end. */
export type LargeReportDone =
  | { recorded: RecordedReport }
  | { problem: ProblemCode | undefined; message: string }

export type RecordLargeReport = ReturnType<typeof createLargeReports>

/**
 * Applies post-call events that take longer to parse than a caller should wait for: in a thread of its
 * own, which stores them, too, one after the other; its memory is free again afterwards.
 */
export function createLargeReports(config: Config) {
  let last: Promise<unknown> = Promise.resolve()

  /** @throws AppError database_unavailable */
  return (bytes: Buffer, receivedAt: Date): Promise<RecordedReport> => {
    const turn = last.then(() => record(workOf(config, bytes, receivedAt)))
    last = turn.catch(() => {})
    return turn
  }
}

async function record(work: LargeReportWork): Promise<RecordedReport> {
  const worker = new Worker(new URL('./large-report-thread.ts', import.meta.url), {
    workerData: work,
    transferList: [work.bytes.buffer as ArrayBuffer],
  })
  try {
    const [done] = (await once(worker, 'message')) as [LargeReportDone]
    if ('recorded' in done) return done.recorded
    throw done.problem ? new AppError(done.problem, done.message) : new Error(done.message)
  } finally {
    await worker.terminate()
  }
}

function workOf(config: Config, bytes: Buffer, receivedAt: Date) {
  const { database } = config
  return { bytes: new Uint8Array(bytes), receivedAt, database, calls: callStoreOptions(config) }
}
