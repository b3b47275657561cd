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
import { readAgentList } from './agent-list.ts'

/** How far back an agent is read of which nothing was listed yet, and how long a conversation may go on. */
const DAY_MS = 86_400_000

/** A conversation may appear in the list some time after it began. */
const OVERLAP_MS = 300_000

/** So many agents in a row that give no answer are an outage of the platform. */
const OUTAGE = 3

/**
 * `marks`: an ISO time by agent; what began before it is known or given up. `since`: the same for the
 * agents of which nothing was listed yet.
 */
type SweepState = { since: string; marks?: Record<string, string>; failing?: Failing }

type ListedConversation = FoundConversation & ListedItem
type Stuck<Item extends ListedItem> = Pick<CatchUpSource<Item>, 'report' | 'taken'>

/**
 * Finds the calls that no webhook told of, neither when they began nor when they ended, in the
 * voice platform's own list. Each agent is read from its own mark, however long nobody swept: this
 * server may have been away, or its database be a restored backup. An empty list, which may be a wrong
 * one, leaves the mark where it is. A conversation that still runs is left for a later sweep; one that
 * cannot be read holds the mark back, so that it is tried again; a person is told after an hour of that,
 * and it is given up after a day. An agent whose list cannot be read keeps its mark and holds up no
 * other; a person is told after an hour.
 */
export function createCallSweep(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  /** Of all agents whose conversations may be ours. */
  agentIds: () => Promise<string[]>
  stuck: { conversations: Stuck<ListedConversation>; agents: Stuck<ListedItem> }
  log: Logger
}): LeasedWork<SweepState> {
  const { calls, voiceAgents, log } = deps
  const stuckAgents: Stuck<ListedItem> = {
    ...deps.stuck.agents,
    report: (agent, { reason }) => deps.stuck.agents.report(agent, { reason, isGivenUp: false }),
  }

  /** True when nothing remains to be done about the conversation. */
  async function take({ conversationId, isOver, startedAt }: ListedConversation): Promise<boolean> {
    if (!isOver) return goesOn(startedAt)
    const report = await voiceAgents.getReport(conversationId)
    if (report?.state === 'running') return goesOn(report.startedAt)
    if (!report?.ourNumber) return true
    const { result } = await calls.recordFound(report)
    if (result !== 'foreign') log.warn({ conversationId, result }, 'call found, not announced')
    return true
  }

  return async (signal, { since, marks: before = {}, failing: failed = {} }) => {
    const begun = Date.now()
    const marks: Record<string, string> = {}
    let failing: Failing = {}

    async function takeOne<Item extends ListedItem>(
      source: Parameters<typeof takeIn<Item>>[0],
      item: Item,
    ): Promise<boolean> {
      const outcome = await takeIn(source, item, failed[item.sid], log)
      if (outcome === 'failed')
        failing[item.sid] = failed[item.sid] ?? new Date(begun).toISOString()
      return outcome === 'done'
    }

    /** @returns until when everything on the pages is dealt with */
    async function takeAll(pages: FoundConversation[][]): Promise<number> {
      let until = begun
      for (const page of pages) {
        if (signal.aborted) break
        const unknown = new Set(await calls.unknownAmong(page.map((each) => each.conversationId)))
        for (const found of page.filter((each) => unknown.has(each.conversationId))) {
          if (signal.aborted) break
          const { conversationId: sid, startedAt: at } = found
          const isDone = await takeOne({ take, ...deps.stuck.conversations }, { ...found, sid, at })
          if (!isDone) until = Math.min(until, at.getTime())
        }
      }
      return until - OVERLAP_MS
    }

    let [silentInARow, unread] = [0, 0]
    const agentIds = await deps.agentIds()
    for (const agentId of agentIds) {
      const from = new Date(before[agentId] ?? since ?? begun - DAY_MS)
      const { pages, problem } = await readAgentList(voiceAgents, { agentId, from })
      const until = await takeAll(pages)
      if (signal.aborted) return undefined
      await takeOne({ take: () => noProblem(problem), ...stuckAgents }, { sid: agentId, at: from })
      const isEmpty = pages.every((page) => page.length === 0)
      if (problem || !isEmpty) marks[agentId] = (problem ? from : new Date(until)).toISOString()
      else if (before[agentId]) marks[agentId] = before[agentId]
      silentInARow = problem?.kind === 'unreachable' ? silentInARow + 1 : 0
      if (problem) unread += 1
      if (problem && (silentInARow === OUTAGE || unread === agentIds.length)) throw problem
    }
    // Of an agent that was not read, nobody knows what still fails.
    if (unread > 0) failing = { ...failed, ...failing }
    return { since: new Date(begun - DAY_MS).toISOString(), marks, failing }
  }
}

async function noProblem(problem: Error | undefined): Promise<true> {
  if (problem) throw problem
  return true
}

/** @throws when nobody can be on the telephone any more */
function goesOn(startedAt: Date): false {
  if (Date.now() - startedAt.getTime() > DAY_MS) throw new Error('it is said to go on for a day')
  return false
}
