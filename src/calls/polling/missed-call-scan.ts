import { refusesAll } from '../../carriers/ports/carrier-error.ts'
import type {
  CallReport,
  FoundConversation,
  VoiceAgents,
} from '../../carriers/ports/voice-agents.ts'
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
import { createOutageWatch, type Scanned } from './outage-watch.ts'

/** How far back an agent is read of which nothing was listed yet, and how long a conversation may go on. */
const DAY_MS = 86_400_000

/** A conversation may appear in the list some time after it began. */
const OVERLAP_MS = 300_000

/**
 * `marks`: an ISO time by agent; what began before it is known or given up. `since`: the same for the
 * agents of which nothing was listed yet. `failing`: by agent, of its conversations and of its list.
 */
type ScanState = {
  since: string
  marks?: Record<string, string>
  failing?: Record<string, Failing>
}

type ListedConversation = FoundConversation & ListedItem
type Stuck<Item extends ListedItem> = Pick<CatchUpSource<Item>, 'report' | 'taken'>

/**
 * Finds the calls that no webhook told of, neither when they began nor when they ended, in the
 * voice platform's own list. Each agent is read from its own mark, however long nobody scanned: this
 * server may have been away, or its database be a restored backup. An empty list, which may be a wrong
 * one, leaves the mark where it is. A conversation that still runs is left for a later scan; one that
 * cannot be read holds the mark back, so that it is tried again; a person is told after an hour of that,
 * and it is given up after a day, as is a row without an id. An agent whose list cannot be read keeps its
 * mark and holds up no other; a person is told after an hour, until it can be read, or is asked no more. One
 * that the platform does not know any more keeps its mark, too, because that may be wrong; nobody is told
 * of it alone, because the sweep (`reconcile`) tells of the numbers that it should answer. A scan that an outage ends keeps what it
 * has, and the next one begins with the agent after it.
 * @throws CarrierError where no agent could be read, be it because the platform knows none of them
 */
export function createCallScan(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  /** Of all agents whose conversations may be ours. */
  agentIds: () => Promise<string[]>
  /** What tells of a conversation in writing, which is no call. */
  recordText: (report: CallReport) => Promise<unknown>
  stuck: { conversations: Stuck<ListedConversation>; agents: Stuck<ListedItem> }
  log: Logger
}): LeasedWork<ScanState> {
  const { calls, voiceAgents, log } = deps
  /** The agent that was asked last: one that never answers is not asked first for ever. */
  let last: string | undefined
  const stuckAgents: Stuck<ListedItem> = {
    ...deps.stuck.agents,
    report: (agent, { reason }) => deps.stuck.agents.report(agent, { reason, isGivenUp: false }),
  }

  /** True when nothing remains to be done about the conversation. */
  async function take({ conversationId, isOver, startedAt }: ListedConversation): Promise<boolean> {
    if (!isOver) return goesOn(startedAt)
    const report = await voiceAgents.getReport(conversationId)
    if (report?.state === 'running') return goesOn(report.startedAt)
    if (report?.isTextOnly) {
      await deps.recordText(report)
      return true
    }
    if (!report?.ourNumber) return true
    const { result } = await calls.recordFound(report)
    if (result !== 'foreign') log.warn({ conversationId, result }, 'call found, not announced')
    return true
  }

  /** Takes in what is listed of one agent; `failed`: what the last scan left of it. */
  async function scanAgent(
    agent: { agentId: string; from: Date; failed: Failing },
    { signal, isAnyRead }: { signal: AbortSignal; isAnyRead: boolean },
  ) {
    const { agentId, from, failed } = agent
    const begun = Date.now()
    const { pages, problem, gone, nameless } = await readAgentList(voiceAgents, agent)
    if (gone) log.warn({ agentId }, 'agent not known any more: its calls are not listed')
    const isCutOff = (gone ?? problem) !== undefined
    // Of what was not listed nobody knows whether it still fails.
    const failing: Failing = isCutOff ? { ...failed } : {}

    async function takeOne<Item extends ListedItem>(
      source: Parameters<typeof takeIn<Item>>[0],
      item: Item,
    ): Promise<boolean> {
      const outcome = await takeIn(source, item, failed[item.sid], log)
      if (outcome === 'failed') failing[item.sid] = failed[item.sid] ?? iso(begun)
      else delete failing[item.sid]
      return outcome === 'done'
    }

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
    const flaw = problem ?? nameless
    const isOfAll = problem !== undefined && refusesAll.has(problem.kind)
    // The platform that has told another agent's calls does not refuse all.
    if (!(signal.aborted || (isOfAll && !isAnyRead))) {
      const item = { sid: agentId, at: from }
      const isDone = await takeOne({ take: () => noProblem(flaw), ...stuckAgents }, item)
      // Known to fail until a list without a flaw, also after that row was given up.
      if (flaw) failing[agentId] = failed[agentId] ?? iso(begun)
      if (!isDone) until = Math.min(until, from.getTime() + OVERLAP_MS)
    }
    const isEmpty = pages.every((page) => page.length === 0)
    const mark = isCutOff || isEmpty ? from.getTime() : until - OVERLAP_MS
    return { problem, gone, isEmpty, isOfAll, mark: iso(mark), failing }
  }

  return async (signal, { since, marks: before = {}, failing: failed = {} }) => {
    const begun = Date.now()
    const state: Required<ScanState> = { since: iso(begun - DAY_MS), marks: {}, failing: {} }
    const agentIds = await deps.agentIds()
    for (const [sid, left] of Object.entries(failed))
      if (sid in left && !agentIds.includes(sid)) await stuckAgents.taken({ sid })
    const outage = createOutageWatch()
    for (const agentId of inTurn(agentIds, last)) {
      const from = new Date(before[agentId] ?? since ?? begun - DAY_MS)
      const left = failed[agentId] ?? {}
      if (outage.hasBegun()) {
        state.marks[agentId] = from.toISOString()
        state.failing[agentId] = left
        continue
      }
      const agent = { agentId, from, failed: left }
      const scanned = await scanAgent(agent, { signal, isAnyRead: outage.isAnyRead() })
      if (signal.aborted) return undefined
      last = agentId
      outage.note(scanned)
      const mark = isSilent(scanned) ? before[agentId] : scanned.mark
      if (mark) state.marks[agentId] = mark
      if (Object.keys(scanned.failing).length > 0) state.failing[agentId] = scanned.failing
    }
    outage.throwUnlessRead()
    return state
  }
}

/** All of them, from the one after the last that was asked on. */
function inTurn(agentIds: string[], last: string | undefined): string[] {
  const first = last === undefined ? 0 : agentIds.indexOf(last) + 1
  return [...agentIds.slice(first), ...agentIds.slice(0, first)]
}

/** It was read, and nothing was in it: that may be wrong. */
const isSilent = ({ problem, gone, isEmpty }: Scanned) => !(problem ?? gone) && isEmpty

const iso = (ms: number) => new Date(ms).toISOString()

async function noProblem(problem: Error | undefined): Promise<true> {
  if (problem) throw problem
  return true
}

/** @throws when nobody can be on the telephone any more */
function goesOn(startedAt: Date): false {
  if (Date.now() - startedAt.getTime() > DAY_MS) throw new Error('it is said to go on for a day')
  return false
}
