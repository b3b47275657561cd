import type { CallReport } from '../carriers/ports/voice-agents.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createDeleteRecordings } from './delete-recordings.ts'
import { createDeletionStore } from './deletion-store.ts'
import { createHandOver } from './hand-over.ts'
import { createOpenMedium } from './open-medium.ts'
import { createOpenRecording } from './open-recording.ts'
import { createRecordingStore } from './recording-store.ts'
import { createRecordingRoutes } from './routes.ts'

/** What carriers keep of calls and texts: passed on to whoever may have it, and deleted when its time is over. */
export function createRecordings(
  infrastructure: Infrastructure,
  { calls }: { calls: { recordEvent: (report: CallReport) => Promise<unknown> } },
) {
  const { config, db, downloads, telephony, voiceAgents, background } = infrastructure
  const deps = {
    store: createRecordingStore(db),
    downloads,
    telephony,
    voiceAgents,
    handOver: createHandOver({ stopping: background.stopping }),
  }
  const deleteRecordings = createDeleteRecordings({
    ...config.orders,
    store: createDeletionStore(db, { ...config.orders, publicUrl: config.publicUrl }),
    telephony,
    voiceAgents,
    recordReport: calls.recordEvent,
    days: config.retention.recordingDays,
    log: infrastructure.log.child({ name: 'recordings' }),
  })
  return {
    deleteRecordings,
    routes: createRecordingRoutes({
      openRecording: createOpenRecording(deps),
      openMedium: createOpenMedium(deps),
    }),
    loops: [{ name: 'recordings', ...config.releases, tick: deleteRecordings.tick }],
  }
}
