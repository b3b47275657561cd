import type { CallReport, VoiceAgents } from './voice-agents.ts'

/** No call lasts so long: a conversation that still counts as running then never began. */
const DAY_MS = 86_400_000

/** unfinished: it goes on, and the carrier erases only what is over. */
export type Erased = 'erased' | 'unfinished'

/** What the telephone company keeps of customers. What is gone already counts as erased. */
export interface TelephonyErasing {
  /** A text with its media. */
  eraseMessage(sid: string): Promise<Erased>
  /** What was recorded of a call. */
  eraseRecordings(callSid: string): Promise<Erased>
  /** A call with its legs and recordings. */
  eraseCall(sid: string): Promise<Erased>
}

/**
 * Erases a conversation that is over, or never began. `keep` is given its report before that: what it says is
 * gone afterwards. One that is gone already counts as erased.
 */
export async function eraseConversation(
  voiceAgents: Pick<VoiceAgents, 'getReport' | 'eraseConversation'>,
  id: string,
  keep: (report: CallReport) => Promise<unknown>,
): Promise<Erased> {
  const report = await voiceAgents.getReport(id)
  if (!report) return 'erased'
  const age = Date.now() - report.startedAt.getTime()
  if (report.state === 'running' && age < DAY_MS) return 'unfinished'
  await keep(report)
  await voiceAgents.eraseConversation(id)
  return 'erased'
}
