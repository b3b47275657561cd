import type { FoundConversation, VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { LeasedWork } from '../../database/lease.ts'
import {
  type CatchUpSource,
  type Failing,
  type ListedItem,
  takeIn,
} from '../../platform/catch-up.ts'
import type { Logger } from '../../platform/logger.ts'
import type { CallStore } from '../call-store.ts'

/**
 * How far back the first sweep goes, and how long a conversation may go on. Any other goes back to
 * where the last one ended, however long nobody swept: this server may have been away, or its database
 * be a restored backup.
 */
const DAY_MS = 86_400_000

/** A conversation may appear in the list some time after it began. */
const OVERLAP_MS = 300_000

/** `since`: ISO time; what began before it is known or given up. */
type SweepState = { since: string; failing?: Failing }

type ListedConversation = FoundConversation & ListedItem

/**
 * Finds the calls that no webhook told of, neither when they began nor when they ended, in the
 * voice platform's own list. One that still runs is left for a later sweep; one that cannot be read
 * holds the time mark back, so that it is tried again; a person is told after an hour of that, and it is
 * given up after a day.
 */
export function createCallSweep(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  /** Of all agents whose conversations may be ours. */
  agentIds: () => Promise<string[]>
  stuck: Pick<CatchUpSource<ListedConversation>, 'report' | 'taken'>
  log: Logger
}): LeasedWork<SweepState> {
  const { calls, voiceAgents, log } = deps

  /** True when nothing remains to be done about the conversation. */
  async function take({ conversationId, isOver, startedAt }: ListedConversation): Promise<boolean> {
    if (!isOver) return goesOn(startedAt)
    const report = await voiceAgents.getReport(conversationId)
    if (report?.state === 'running') return goesOn(startedAt)
    if (!report?.ourNumber) return true
    const { result } = await calls.recordFound(report)
    if (result !== 'foreign') log.warn({ conversationId, result }, 'call found, not announced')
    return true
  }

  async function* pagesOf(agentIds: string[], from: Date) {
    for (const agentId of agentIds) yield* voiceAgents.listConversations({ agentId, from })
  }

  return async (signal, { since, failing: before = {} }) => {
    const begun = Date.now()
    const from = new Date(since ? Date.parse(since) : begun - DAY_MS)
    let readUntil = begun
    const failing: Failing = {}
    for await (const page of pagesOf(await deps.agentIds(), from)) {
      if (signal.aborted) return undefined
      const unknown = new Set(await calls.unknownAmong(page.map((each) => each.conversationId)))
      for (const found of page.filter((each) => unknown.has(each.conversationId))) {
        if (signal.aborted) return undefined
        const { conversationId: sid, startedAt: at } = found
        const source = { take, ...deps.stuck }
        const outcome = await takeIn(source, { ...found, sid, at }, before[sid], log)
        if (outcome === 'failed') failing[sid] = before[sid] ?? new Date(begun).toISOString()
        if (outcome !== 'done') readUntil = Math.min(readUntil, at.getTime())
      }
    }
    return { since: new Date(readUntil - OVERLAP_MS).toISOString(), failing }
  }
}

/** @throws when nobody can be on the telephone any more */
function goesOn(startedAt: Date): false {
  if (Date.now() - startedAt.getTime() > DAY_MS) throw new Error('it is said to go on for a day')
  return false
}
