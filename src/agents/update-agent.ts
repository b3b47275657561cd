import type { AgentEditor } from '../carriers/ports/agent-editor.ts'
import { CarrierError, type CarrierErrorKind } from '../carriers/ports/carrier-error.ts'
import type { Database } from '../database/db.ts'
import type { InboundVoice } from '../phone-numbers/phone-number.ts'
import type { Actor } from '../platform/actor.ts'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { claimOnce, drain } from '../platform/work-queue.ts'
import type { SpendingLimits } from '../telephony/spending-limits.ts'
import type { AgentChanges } from './agent.ts'
import { type AgentChange, type ChangedAgent, createChangeStore } from './agent-update-store.ts'
import { POLL_MS, refusalOf } from './create-agent.ts'

/** ElevenLabs said no to the change, or knows no such agent: it will not take place later either. */
const FINAL: CarrierErrorKind[] = ['rejected', 'not_found']

/** Changing agents at ElevenLabs, then here. What is repeated is the same change, so nothing is lost by it. */
export function createChangeAgent(deps: {
  db: Database
  leaseMs: number
  /** After so many without a clear answer a person is told. */
  maxAttempts: number
  publicUrl: string
  /** Who answers the calls of organizations that have not chosen. */
  inboundVoice: InboundVoice
  spending: SpendingLimits
  editor: AgentEditor
  log: Logger
}) {
  const store = createChangeStore(deps.db, deps)

  /** @returns the agent; its change is still pending where nobody knows whether it is made */
  async function carryOut(change: AgentChange): Promise<ChangedAgent> {
    // An older one was sent before.
    let wasSent = !change.is_own
    let replies: number
    try {
      const { changes, daily, transfer } = change
      const wanted = { ...changes, daily, ...(transfer && { transfer: transfer.wanted }) }
      const made = await deps.editor.updateAgent(change.agent_id, change.tag, wanted, () => {
        wasSent = true
      })
      replies = made.replies
    } catch (error) {
      if (wasSent && mayBeMade(error, change))
        return store.postpone(change, { pollMs: POLL_MS, error: error.message })
      await store.end(change, null)
      throw refusalOf(error) ?? error
    }
    return store.end(change, { replies })
  }

  /** What is left of it, if anything, is recorded already. */
  const noteEnd = (change: AgentChange, thrown: unknown) =>
    deps.log.warn({ err: toError(thrown), agentId: change.agent_id }, 'change of an agent ended')

  /** `claim`: the next that is due by then. Each is tried once. */
  const finishAll = (
    claim: (dueBy: string | null) => ReturnType<typeof store.claim>,
    signal: AbortSignal,
  ) =>
    drain({
      claim: claimOnce(claim),
      work: carryOut,
      fail: async (change, error) => {
        noteEnd(change, error)
        return 'next'
      },
      signal,
      log: deps.log,
    })

  return {
    /**
     * A change that ElevenLabs has not confirmed is finished by the loop, unless it is refused then. Where
     * the numbers point at another server, all of it is left to that one's: this may be a copy's.
     * `versions`: one of which it must have; null: any.
     * @throws AppError agent_not_found, role_required, precondition_failed, busy, agent_refused; CarrierError
     */
    async change(
      actor: Actor,
      agentId: string,
      changes: AgentChanges,
      versions: string[] | null,
    ): Promise<ChangedAgent> {
      let begun = await store.begin(actor, agentId, changes, versions)
      while (!begun.is_own) {
        const older = begun
        await carryOut(older).catch((thrown: unknown) => noteEnd(older, thrown))
        begun = await store.begin(actor, agentId, changes, versions)
      }
      return begun.left ?? carryOut(begun)
    },

    /**
     * Finishes the changes that were left: not confirmed, or by a process that died. Each is tried
     * once: while ElevenLabs answers nothing, the first is due again before the last was tried.
     */
    tick: (signal: AbortSignal) => finishAll((dueBy) => store.claim(dueBy), signal),

    /** The same of one organization's agents, whose settings have just changed; the loop does what fails. Never fails. */
    async ofOrganization(organizationId: string): Promise<void> {
      const signal = new AbortController().signal
      await finishAll((dueBy) => store.claimOf(organizationId, dueBy), signal).catch(
        (thrown: unknown) =>
          deps.log.warn(
            { err: toError(thrown), organizationId },
            'changes of agents left to the loop',
          ),
      )
    },
  }
}

/** What was sent before may still be carried out, also where it is refused to send it again. */
function mayBeMade(error: unknown, { is_own: isFirst }: AgentChange): error is CarrierError {
  if (!(error instanceof CarrierError)) return false
  return isFirst ? error.outcomeUnknown : !FINAL.includes(error.kind)
}
