import type { AgentEditor } from '../carriers/ports/agent-editor.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import type { Database } from '../database/db.ts'
import { refusalWords } from '../database/refusals/refusals.ts'
import type { RunWithin } from '../phone-numbers/orders/run-order.ts'
import type { InboundVoice } from '../phone-numbers/phone-number.ts'
import type { FollowQuarantine } from '../phone-numbers/quarantine/quarantine-number.ts'
import type { Actor } from '../platform/actor.ts'
import type { Logger } from '../platform/logger.ts'
import type { SpendingLimits } from '../telephony/spending-limits.ts'
import type { Agent } from './agent.ts'
import { type AgentRequest, createAgentCreationStore } from './agent-creation-store.ts'
import { createAgentStore, type GivenNumber } from './agent-store.ts'
import { createMakeAgent } from './create-agent.ts'
import { createRemoveAgents } from './remove-agents.ts'
import { createChangeAgent } from './update-agent.ts'

export interface AgentsDeps {
  db: Database
  editor: AgentEditor
  voiceAgents: Pick<VoiceAgents, 'listNumbers' | 'listConversations'>
  templateId: string | undefined
  /** Agents of one organization. */
  maxAgents: number
  /** Numbers of one organization. */
  maxPerOrganization: number
  spending: SpendingLimits
  quarantineDays: number
  leaseMs: number
  maxAttempts: number
  /** Of this server; what is left to be done at ElevenLabs it does only where the numbers point at it. */
  publicUrl: string
  inboundVoice: InboundVoice
  backoffMs: number
  backoffMaxMs: number
  runWithin: RunWithin
  waitMs: number
  /** Never fails. */
  syncNumber: (phoneNumberId: string) => Promise<void>
  followQuarantine: FollowQuarantine
  log: Logger
}

/** With why it was given no number, where that is so. */
type MadeAgent = Agent & { number_refused?: string | null }

export type Agents = ReturnType<typeof createAgents>

/** Agents that belong to organizations: their life here and at ElevenLabs, and their numbers. */
export function createAgents(deps: AgentsDeps) {
  const store = createAgentStore(deps.db, deps)
  const making = createAgentCreationStore(deps.db, deps)
  const make = createMakeAgent({ ...deps, store: making })
  const remove = createRemoveAgents({ ...deps, store: making })
  const changing = createChangeAgent(deps)

  /** Brings a number that was given as far as it goes now; the loops finish it. Never fails. */
  async function follow({ number, synced, order_id: orderId }: GivenNumber): Promise<void> {
    if (orderId) await deps.runWithin(orderId, deps.waitMs)
    else if (number && !synced) await deps.syncNumber(number.id)
  }

  return {
    get: store.get,
    list: store.list,
    listVisible: store.listVisible,
    listNumbers: store.listNumbers,
    listVisibleNumbers: store.listVisibleNumbers,
    listVoiceAgentIds: store.listVoiceAgentIds,
    issueKey: store.issueKey,
    change: changing.change,
    syncAgentsOf: changing.ofOrganization,

    /** Ends what is left to be done at ElevenLabs: changes, and agents that are to vanish. */
    async tick(signal: AbortSignal): Promise<void> {
      await changing.tick(signal)
      await remove.tick(signal)
    },

    /**
     * Makes an agent with its number; the number may follow later, or be refused, which the agent then
     * says. A repeat with the same request id finds the agent.
     * @throws AppError organization_required, organization_not_found, role_required,
     *   organization_suspended, agent_limit_reached, row_limit_reached (it comes with a key),
     *   daily_agents_reached, account_spend_reached, number_limit_reached, agent_refused, busy,
     *   agent_not_found (deleted meanwhile); CarrierError
     */
    async create(request: AgentRequest): Promise<MadeAgent> {
      const begun = await making.begin(request)
      if (begun.state === 'made') return begun.agent
      const made = await make(begun, request).catch(async (thrown: unknown) => {
        await remove.one(begun.agent.id)
        throw thrown
      })
      await follow(made.given)
      // Whom it is to hand callers over to is a change of it.
      await changing.ofOrganization(begun.agent.organization_id)
      const agent = await store.getMade(request.actor, made.agentId)
      const { refused } = made.given
      const refusal = refused ? refusalWords(refused.reason, refused.facts) : undefined
      return { ...agent, number_refused: refusal?.detail ?? null }
    },

    /**
     * Its numbers go into quarantine, and what it is at ElevenLabs goes once they are silent; the loops
     * finish both. `verified`: all its numbers are silent. `versions`: one of which it must have; null: any.
     * @throws AppError agent_not_found, role_required, precondition_failed, busy
     */
    async delete(actor: Actor, agentId: string, versions: string[] | null) {
      const { id, numbers } = await store.delete(actor, agentId, versions)
      const followed = await Promise.all(numbers.map(deps.followQuarantine))
      await remove.one(id)
      return { numbers: numbers.length, verified: followed.every(({ verified }) => verified) }
    },

    /**
     * The agent's first number, or the one that is on its way.
     * @throws AppError agent_not_found, role_required, agent_has_number, organization_suspended,
     *   number_limit_reached, new_number_limit_reached, account_spend_reached
     */
    async giveNumber(
      id: string,
      actor: Actor,
      agentId: string,
      criteria: Parameters<typeof store.addNumber>[3],
    ): Promise<Agent> {
      await follow(await store.addNumber(id, actor, agentId, criteria))
      return store.get(actor, agentId)
    },

    /**
     * Gives the agent's first number up; it can be restored during its quarantine. Null: it was only
     * on order, and is ordered no more.
     * @throws AppError agent_not_found, role_required, phone_number_not_found, wrong_state, busy
     */
    async quarantineNumber(actor: Actor, agentId: string) {
      const { phone_number: phoneNumber, number } = await store.quarantineNumber(actor, agentId)
      return number && { ...(await deps.followQuarantine(number)), phoneNumber }
    },
  }
}
