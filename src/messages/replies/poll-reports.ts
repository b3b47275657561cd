import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { LeasedWork } from '../../database/lease.ts'
import type { Logger } from '../../platform/logger.ts'
import { claimEach, drain } from '../../platform/work-queue.ts'
import type { TextReports } from './text-reports.ts'

/** Conversations looked up in one run. */
const BATCH = 20

/**
 * Looks up what text conversations cost whose end no webhook told. One that is not known there has cost what is estimated.
 * Only looks that get an answer count, so that a platform that is away uses up none.
 */
export function createPollTextReports(deps: {
  reports: TextReports
  voiceAgents: Pick<VoiceAgents, 'getReport'>
  log: Logger
}): LeasedWork<Record<string, never>> {
  const { reports, log } = deps
  return async (signal) => {
    const ids = await reports.claimToPoll(BATCH)
    await drain<string>({
      claim: claimEach(ids),
      async work(conversationId) {
        const report = await deps.voiceAgents.getReport(conversationId)
        if (report && report.state !== 'running') await reports.record(report)
        else await reports.countPoll(conversationId)
      },
      async fail(conversationId, error) {
        log.warn({ err: error, conversationId }, 'text conversation not looked up; tried again')
        return 'next'
      },
      signal,
      log,
    })
    return {}
  }
}
