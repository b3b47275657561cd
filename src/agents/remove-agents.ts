import type { AgentEditor } from '../carriers/ports/agent-editor.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import { backoffMs } from '../platform/backoff.ts'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { claimEach, drain } from '../platform/work-queue.ts'
import type { AgentCreationStore, AgentToRemove } from './agent-creation-store.ts'

/** An agent may appear long after the request for it went unanswered: looked for so often, */
const MAX_POLLS = 8
/** first after this time, then each time after twice as long: for four hours altogether. */
const FIRST_POLL_MS = 60_000

export interface RemoveAgents {
  /** One that was just deleted, as far as it can be removed now. Never fails. */
  one(id: string): Promise<void>
  /** All that are to vanish from ElevenLabs: deleted ones, and what failed requests left there. */
  tick(signal: AbortSignal): Promise<unknown>
}

/** Removes agents at ElevenLabs that no organization has. Each run looks first and repeats nothing blindly. */
export function createRemoveAgents(deps: {
  store: AgentCreationStore
  editor: AgentEditor
  voiceAgents: Pick<VoiceAgents, 'listNumbers' | 'listConversations'>
  backoffMs: number
  backoffMaxMs: number
  log: Logger
}): RemoveAgents {
  const { store, editor, log } = deps

  /**
   * The agents that a number at ElevenLabs is bound to.
   * @throws Error where the list lacks an import that is there for all we know: it proves nothing then
   */
  async function boundAgents({ imports, numbers }: AgentToRemove): Promise<Set<string | null>> {
    const bound = new Set<string | null>()
    const missing = new Set(imports)
    for await (const page of deps.voiceAgents.listNumbers({ expected: numbers }))
      for (const { id, agentId } of page) {
        bound.add(agentId)
        missing.delete(id)
      }
    if (missing.size > 0)
      throw new Error(`ElevenLabs does not list ${[...missing].join(', ')}, which it has`)
    return bound
  }

  async function hasTalked(agentId: string): Promise<boolean> {
    for await (const page of deps.voiceAgents.listConversations({ agentId, from: new Date(0) }))
      if (page.length > 0) return true
    return false
  }

  /** @returns after which time to look again; null when nothing is left to do */
  async function remove(claim: AgentToRemove): Promise<number | null> {
    if (claim.agent_id) {
      await editor.deleteAgent(claim.agent_id)
      return null
    }
    const found = await editor.findAgents(claim.tag)
    const bound = found.length > 0 ? await boundAgents(claim) : new Set()
    for (const id of found) {
      // What a failed request left has no number, and has talked with nobody: this database is older than
      // what became of the agent.
      if (bound.has(id) || (await hasTalked(id))) {
        log.warn({ agentId: id, agent: claim.id }, 'agent kept: it is, or was, in use')
        continue
      }
      await editor.deleteAgent(id)
      log.warn({ agentId: id, agent: claim.id }, 'agent removed that a failed request had left')
    }
    return claim.attempts < MAX_POLLS ? FIRST_POLL_MS * 2 ** (claim.attempts - 1) : null
  }

  const removeAll = (claim: () => Promise<AgentToRemove | null>, signal: AbortSignal) =>
    drain({
      claim,
      work: async (agent) => store.recordRemoval(agent, await remove(agent)),
      fail: async (agent, error) => {
        log.warn({ err: error, agent: agent.id }, 'agent not removed; tried again')
        const againMs = backoffMs(agent.attempts - 1, deps.backoffMs, deps.backoffMaxMs)
        await store.recordRemoval(agent, againMs)
        return 'next'
      },
      signal,
      log,
    })

  return {
    async one(id) {
      try {
        const claim = await store.claimToRemove(id)
        if (claim) await removeAll(claimEach([claim]), new AbortController().signal)
      } catch (thrown) {
        log.warn({ err: toError(thrown), agent: id }, 'removal of an agent left to the loop')
      }
    },
    tick: (signal) => removeAll(store.claimNextToRemove, signal),
  }
}
