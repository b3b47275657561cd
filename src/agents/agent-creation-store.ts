import { z } from 'zod'
import { type Database, withoutTurn } from '../database/db.ts'
import type { NumberCriteria } from '../phone-numbers/number-criteria.ts'
import type { Actor } from '../platform/actor.ts'
import { guardOf, type SpendingLimits } from '../telephony/spending-limits.ts'
import { Agent, type AgentFields } from './agent.ts'
import { GivenNumber, toRow } from './agent-store.ts'

const Begun = z.object({
  /** made: a repeat of a request that succeeded. */
  state: z.enum(['new', 'made']),
  /** Until when nobody else works on it; results are recorded with it. */
  lease: z.string(),
  agent: Agent,
  /** Conversations it may have in a day, where these are few; absent: as many as any other. */
  few_calls: z.int().nullish(),
})
export type BegunAgent = z.infer<typeof Begun>

const Claim = z.object({
  id: z.guid(),
  agent_id: z.string().nullable(),
  tag: z.string(),
  lease: z.string(),
  attempts: z.int(),
  /** Some of the imports that ElevenLabs has, as far as is known. */
  imports: z.array(z.string()),
  /** How many numbers the database has, about. */
  numbers: z.int(),
})
export type AgentToRemove = z.infer<typeof Claim>

const Claimed = z.object({ claim: Claim.nullable() })

export interface AgentRequest {
  /** The same for every repeat of the request. */
  requestId: string
  actor: Actor
  /** Null: the only one of the caller. */
  organizationId: string | null
  fields: AgentFields
  /** Null: without a number. */
  criteria: NumberCriteria | null
}

export type AgentCreationStore = ReturnType<typeof createAgentCreationStore>

/** The life of an agent at ElevenLabs; results are refused (lease_lost) without the current lease. */
export function createAgentCreationStore(
  db: Database,
  options: {
    leaseMs: number
    publicUrl: string
    maxAgents: number
    maxPerOrganization: number
    spending: SpendingLimits
  },
) {
  const removal = { leaseMs: options.leaseMs, publicUrl: options.publicUrl }
  return {
    begin: (request: AgentRequest) =>
      db.rpc(
        'begin_agent',
        {
          requestId: request.requestId,
          actor: request.actor,
          organizationId: request.organizationId,
          fields: toRow(request.fields),
          provision: request.criteria !== null,
          max: options.maxPerOrganization,
          maxAgents: options.maxAgents,
          leaseMs: options.leaseMs,
          guard: guardOf(options.spending),
        },
        Begun,
      ),
    /** The organization's from now on, with its number or the order for one. */
    recordMade: (begun: BegunAgent, agentId: string, { actor, criteria }: AgentRequest) =>
      db.rpc(
        'record_agent_created',
        {
          id: begun.agent.id,
          lease: begun.lease,
          agentId,
          actor,
          provision: criteria !== null,
          country: criteria?.country ?? null,
          areaCode: criteria?.areaCode ?? null,
          region: criteria?.region ?? null,
          max: options.maxPerOrganization,
          guard: guardOf(options.spending),
        },
        GivenNumber,
        withoutTurn,
      ),
    /** `pollMs`: after which time what may have been made is looked for; null: nothing can have been. */
    recordFailed: (begun: BegunAgent, pollMs: number | null) =>
      db.rpc(
        'record_agent_failed',
        { id: begun.agent.id, lease: begun.lease, pollMs },
        z.object({}),
      ),
    /** The next agent that is to vanish from ElevenLabs; none if this server is not where the numbers point. */
    claimNextToRemove: () =>
      db.rpc('claim_agent_to_remove', removal, Claimed).then(({ claim }) => claim),
    /** The given agent, if it is to vanish and this server is where the numbers point. */
    claimToRemove: (id: string) =>
      db.rpc('claim_given_agent_to_remove', { id, ...removal }, Claimed).then(({ claim }) => claim),
    /** `againMs`: after which time to look again; null: nothing is left to do. */
    recordRemoval: (claim: AgentToRemove, againMs: number | null) =>
      db.rpc(
        'record_agent_removal',
        { id: claim.id, lease: claim.lease, againMs },
        z.object({ recorded: z.boolean() }),
      ),
  }
}
