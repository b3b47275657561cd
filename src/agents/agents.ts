import type { AgentEditor } from '../carriers/ports.ts'
import type { RunWithin } from '../phone-numbers/purchase.ts'
import type { ChangeQuarantine } from '../phone-numbers/quarantine.ts'
import type { Database } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { Agent, AgentChanges } from './agent.ts'
import { createAgentStore, type GivenNumber } from './agent-store.ts'
import { createMakeAgent, refusalOf } from './make-agent.ts'
import { type AgentRequest, createMakingStore } from './making-store.ts'
import { createRemoveAgents } from './remove-agents.ts'

export interface AgentsDeps {
  db: Database
  editor: AgentEditor
  templateId: string | undefined
  /** Agents of one organization. */
  maxAgents: number
  /** Numbers of one organization. */
  maxPerOrganization: number
  quarantineDays: number
  leaseMs: number
  backoffMs: number
  backoffMaxMs: number
  runWithin: RunWithin
  waitMs: number
  /** Never fails. */
  settleNumber: (phoneNumberId: string) => Promise<void>
  releaseNumber: ChangeQuarantine
  log: Logger
}

export type Agents = ReturnType<typeof createAgents>

/** Agents that belong to organizations: their life here and at ElevenLabs, and their numbers. */
export function createAgents(deps: AgentsDeps) {
  const store = createAgentStore(deps.db, deps)
  const making = createMakingStore(deps.db, deps)
  const make = createMakeAgent({ ...deps, store: making })
  const remove = createRemoveAgents({ ...deps, store: making })

  /** Brings a number that was given as far as it goes now; the loops finish it. Never fails. */
  async function follow({ number, settled, order_id: orderId }: GivenNumber): Promise<void> {
    if (orderId) await deps.runWithin(orderId, deps.waitMs)
    else if (number && !settled) await deps.settleNumber(number.id)
  }

  return {
    get: store.get,
    list: store.list,
    listNumbers: store.listNumbers,
    listVoiceAgentIds: store.listVoiceAgentIds,
    giveKey: store.giveKey,
    removeTick: remove.tick,

    /**
     * Makes an agent with its number; the number may follow later. A repeat with the same request id
     * finds the agent.
     * @throws AppError organization_required, organization_not_found, role_required,
     *   organization_suspended, agent_limit_reached, number_limit_reached, agent_refused, busy; CarrierError
     */
    async create(request: AgentRequest): Promise<Agent> {
      const begun = await making.begin(request)
      if (begun.state === 'made') return begun.agent
      const made = await make(begun, request).catch(async (thrown: unknown) => {
        await remove.one(begun.agent.id)
        throw thrown
      })
      await follow(made.given)
      return store.get(request.userId, made.agentId)
    },

    /**
     * Changes the agent at ElevenLabs, then here; repeating it is harmless.
     * @throws AppError agent_not_found, role_required, agent_refused; CarrierError
     */
    async change(userId: string | null, agentId: string, changes: AgentChanges): Promise<Agent> {
      const { tag } = await store.getToChange(userId, agentId)
      await deps.editor.updateAgent(agentId, tag, changes).catch((error: unknown) => {
        throw refusalOf(error) ?? error
      })
      return store.change(userId, agentId, changes)
    },

    /**
     * Its numbers go into quarantine, and what it is at ElevenLabs goes once they are silent; the loops
     * finish both.
     * @throws AppError agent_not_found, role_required, busy
     */
    async delete(userId: string | null, agentId: string): Promise<{ numbers: number }> {
      const { id, phone_number_ids: numbers } = await store.delete(userId, agentId)
      await Promise.all(numbers.map(deps.settleNumber))
      await remove.one(id)
      return { numbers: numbers.length }
    },

    /**
     * The agent's first number, or the one that is on its way.
     * @throws AppError agent_not_found, role_required, agent_has_number, organization_suspended,
     *   number_limit_reached
     */
    async giveNumber(
      id: string,
      userId: string | null,
      agentId: string,
      wish: Parameters<typeof store.obtainNumber>[3],
    ): Promise<Agent> {
      await follow(await store.obtainNumber(id, userId, agentId, wish))
      return store.get(userId, agentId)
    },

    /**
     * Gives the agent's first number up; it can be restored during its quarantine.
     * @throws AppError agent_not_found, role_required, phone_number_not_found, wrong_state, busy
     */
    async releaseNumber(userId: string | null, agentId: string) {
      const { organization_id: organizationId, phone_numbers } = await store.getToChange(
        userId,
        agentId,
      )
      const phoneNumber = phone_numbers[0]?.phone_number
      if (!phoneNumber)
        throw new AppError('phone_number_not_found', `Agent ${agentId} has no phone number`)
      const released = await deps.releaseNumber({ userId, organizationId, phoneNumber })
      return { ...released, phoneNumber }
    },
  }
}
