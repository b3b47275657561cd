import { createStuckArrivals } from '../database/stuck-arrivals.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { ImportForCalling } from '../phone-numbers/orders/import-for-calling.ts'
import { callStoreOptions, createCallStore } from './call-store.ts'
import { createGlobalDoNotCallRoutes } from './do-not-call/admin-routes.ts'
import { createDoNotCallRoutes } from './do-not-call/routes.ts'
import { createDoNotCallStore } from './do-not-call/store.ts'
import { createAnswerCall } from './inbound/answer-call.ts'
import { createBeginInboundCall } from './inbound/begin-inbound-call.ts'
import { createGiveToAgent, createReportNotRouted } from './inbound/give-to-agent.ts'
import { createReportNotPutThrough } from './inbound/not-put-through.ts'
import { createNameOfCall } from './inbound/organization-of-call.ts'
import { createResumeCall } from './inbound/resume-call.ts'
import { createVoiceStore } from './inbound/server-call-store.ts'
import { createPlaceCall } from './outbound/place-call.ts'
import { createCallRoutes } from './outbound/routes.ts'
import { createCallWatch } from './polling/call-poller.ts'
import { createCallCatchUp } from './polling/catch-up.ts'
import { createCatchUpStore } from './polling/catch-up-store.ts'
import { createCallScan } from './polling/missed-call-scan.ts'
import { createCallRecords } from './records/call-record-store.ts'
import { createCallRecordRoutes } from './records/routes.ts'
import { createLargeReports } from './reports/large-reports.ts'
import type { RecordText } from './reports/record-report.ts'
import { createTransferCall } from './transfer/transfer-call.ts'
import { createTransferStore } from './transfer/transfer-store.ts'

/** Longer than the carrier is waited for: whoever has not asked it by then has died. */
const TRANSFER_LEASE_MS = 30_000

/** Calls: inbound, outbound, and how they ended. */
export function createCalls(
  { config, db, telephony, voiceAgents, metrics, background, log }: Infrastructure,
  peers: {
    importForCalling: ImportForCalling
    listVoiceAgentIds: () => Promise<string[]>
    replies: { reports: { record: RecordText } }
  },
) {
  const { agentId } = config.elevenLabs
  const { defaultName: defaultOrganizationName } = config.organizations
  const { recordLargeReport, recordUnread } = createLargeReports(
    config,
    peers.replies.reports.record,
  )
  const calls = createCallStore(db, callStoreOptions(config), recordUnread)
  const voiceCalls = createVoiceStore(db, {
    ...config.calls,
    ...config.voice,
    agentId,
    spending: config.spending,
  })
  const inbound = {
    voiceCalls,
    giveToAgent: createGiveToAgent({ voiceAgents, defaultOrganizationName }),
    reportNotRouted: createReportNotRouted({ voiceCalls, background }),
    reportNotPutThrough: createReportNotPutThrough({ voiceCalls, background }),
    deadlineMs: config.voice.deadlineMs,
  }
  const callWatch = createCallWatch({ ...config.calls, calls, voiceAgents, telephony, log })
  const callScan = createCallScan({
    calls,
    voiceAgents,
    agentIds: async () => [agentId, ...(await peers.listVoiceAgentIds())],
    recordText: peers.replies.reports.record,
    stuck: {
      conversations: createStuckArrivals(db, 'conversation'),
      agents: createStuckArrivals(db, 'agent'),
    },
    log,
  })
  const catchUp = createCallCatchUp({
    ...config.catchUp,
    telephony,
    store: createCatchUpStore(db, {
      ...config.calls,
      publicUrl: config.publicUrl,
    }),
    voiceCalls,
    stuck: {
      calls: createStuckArrivals(db, 'call'),
      voicemails: createStuckArrivals(db, 'voicemail'),
    },
    log: log.child({ name: 'calls' }),
  })
  const doNotCall = createDoNotCallStore(db)
  const placeCall = createPlaceCall({
    calls,
    voiceAgents,
    importForCalling: peers.importForCalling,
    agentId,
    defaultOrganizationName,
    log,
  })

  return {
    calls,
    recordLargeReport,
    voiceCalls,
    callWatch,
    callScan,
    catchUp,
    placeCall,
    answerCall: createAnswerCall(inbound),
    resumeCall: createResumeCall(inbound),
    nameOfCall: createNameOfCall(inbound),
    transferCall: createTransferCall({
      transfers: createTransferStore(db, {
        transferLeaseMs: TRANSFER_LEASE_MS,
        spending: config.spending,
      }),
      recordNotPutThrough: voiceCalls.recordNotPutThrough,
      telephony,
    }),
    beginInboundCall: createBeginInboundCall({
      calls,
      deadlineMs: config.precallDeadlineMs,
      defaultOrganizationName,
      metrics,
    }),
    routes: [
      ...createCallRecordRoutes({ callRecords: createCallRecords(db) }),
      ...createCallRoutes({ placeCall }),
      ...createDoNotCallRoutes({ doNotCall }),
      ...createGlobalDoNotCallRoutes({ doNotCall }),
    ],
    loops: [
      { name: 'calls', ...config.calls, tick: callWatch.tick },
      { name: 'calls.catch-up', everyMs: config.catchUp.intervalMs, work: catchUp },
      { name: 'calls.scan', everyMs: config.calls.scanIntervalMs, work: callScan },
    ],
  }
}
