import type { FoundConversation, VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { LeasedWork } from '../../database/lease.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { CallStore } from '../call-store.ts'

/**
 * How far back the first sweep goes, and how long a conversation is waited for. Any other goes back to
 * where the last one ended, however long nobody swept: this server may have been away, or its database
 * be a restored backup.
 */
const DAY_MS = 86_400_000

/** A conversation may appear in the list some time after it began. */
const OVERLAP_MS = 300_000

/** `since`: ISO time; what began before it is known or given up. */
type SweepState = { since: string }

/**
 * Finds the calls that no webhook told of, neither when they began nor when they ended, in the
 * voice platform's own list. One that still runs is left for a later sweep; one that cannot be read
 * holds the time mark back, so that it is tried again for a day.
 */
export function createCallSweep(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  /** Of all agents whose conversations may be ours. */
  agentIds: () => Promise<string[]>
  log: Logger
}): LeasedWork<SweepState> {
  const { calls, voiceAgents, log } = deps

  /** True when nothing remains to be done about the conversation. */
  async function record({ conversationId, isOver }: FoundConversation): Promise<boolean> {
    if (!isOver) return false
    try {
      const report = await voiceAgents.getReport(conversationId)
      if (report?.state === 'running') return false
      if (!report?.ourNumber) return true
      const { result } = await calls.recordFound(report)
      if (result !== 'foreign') log.warn({ conversationId, result }, 'call found, not announced')
      return true
    } catch (thrown) {
      log.warn({ err: toError(thrown), conversationId }, 'conversation not read; tried again')
      return false
    }
  }

  async function* pagesOf(agentIds: string[], from: Date) {
    for (const agentId of agentIds) yield* voiceAgents.listConversations({ agentId, from })
  }

  return async (signal, { since }) => {
    const begun = Date.now()
    const earliest = begun - DAY_MS
    const from = new Date(since ? Date.parse(since) : earliest)
    let settledUntil = begun
    for await (const page of pagesOf(await deps.agentIds(), from)) {
      if (signal.aborted) return undefined
      const unknown = new Set(await calls.unknownAmong(page.map((each) => each.conversationId)))
      for (const conversation of page.filter((each) => unknown.has(each.conversationId))) {
        if (signal.aborted) return undefined
        if (!(await record(conversation))) {
          settledUntil = Math.min(settledUntil, conversation.startedAt.getTime())
        }
      }
    }
    return { since: new Date(Math.max(settledUntil, earliest) - OVERLAP_MS).toISOString() }
  }
}
