import { z } from 'zod'
import { type Database, versioned } from '../database/db.ts'
import type { InboundVoice } from '../phone-numbers/phone-number.ts'
import type { Actor } from '../platform/actor.ts'
import { guardOf, type SpendingLimits } from '../telephony/spending-limits.ts'
import { Agent, type AgentChanges } from './agent.ts'
import { toRow } from './agent-store.ts'

const Changes = z
  .object({
    name: z.string().optional(),
    language: z.string().optional(),
    first_message: z.string().optional(),
    prompt: z.string().optional(),
    voice_id: z.string().optional(),
  })
  .transform(
    (row): AgentChanges => ({
      name: row.name,
      language: row.language,
      firstMessage: row.first_message,
      prompt: row.prompt,
      voiceId: row.voice_id,
    }),
  )

const Transfer = z.object({ to: z.string(), by: z.enum(['elevenlabs', 'server']) })

const AgentChange = z.object({
  id: z.guid(),
  agent_id: z.string(),
  tag: z.string(),
  changes: Changes,
  /** Until when nobody else works on it; its end is recorded with it. */
  lease: z.string(),
  /** False: an older one, left unfinished. */
  is_own: z.boolean(),
  /** Conversations that it is to have in a day. */
  daily: z.object({
    calls: z.int(),
    replies: z.int(),
    wanted: z.int(),
    ours: z.array(z.int()),
  }),
  /** Whom it is to hand callers over to, which follows from settings; null: that stays as it is. */
  transfer: z.object({ wanted: Transfer.nullable() }).nullable(),
  /** An older one that was taken into it, and is left over where this one is not made. */
  older: Changes.nullable(),
})
export type AgentChange = z.infer<typeof AgentChange>

const Claimed = z.object({ claim: AgentChange.nullable(), due_by: z.string() })

const Changed = versioned(Agent)
export type ChangedAgent = z.infer<typeof Changed>

/** `left`: the agent, where the change is left to the server that the numbers point at. */
const Begun = AgentChange.extend({ left: Changed.nullable() })

/** Changes of agents, until ElevenLabs has them for certain; each answer shows the agent as it is here. */
export function createChangeStore(
  db: Database,
  options: {
    leaseMs: number
    maxAttempts: number
    publicUrl: string
    /** Who answers the calls of organizations that have not chosen. */
    inboundVoice: InboundVoice
    spending: SpendingLimits
  },
) {
  const { leaseMs, maxAttempts, publicUrl, inboundVoice } = options
  const guard = guardOf(options.spending)
  const claiming = { leaseMs, maxAttempts, publicUrl, inboundVoice, guard }
  return {
    /** @throws AppError precondition_failed where it has none of these `versions`; null: whichever it has */
    begin: (actor: Actor, agentId: string, changes: AgentChanges, versions: string[] | null) =>
      db.rpc(
        'begin_agent_change',
        {
          actor,
          agentId,
          changes: toRow(changes),
          maxAttempts: options.maxAttempts,
          leaseMs: options.leaseMs,
          publicUrl: options.publicUrl,
          inboundVoice: options.inboundVoice,
          guard,
          versions,
        },
        Begun,
      ),
    /** The next one that was left unfinished, or is due, if this server is where the numbers point. */
    claim: (dueBy: string | null) => db.rpc('claim_agent_change', { ...claiming, dueBy }, Claimed),
    /** The same of one organization's. */
    claimOf: (organizationId: string, dueBy: string | null) =>
      db.rpc('claim_agent_change_of', { ...claiming, organizationId, dueBy }, Claimed),
    /** `made`: ElevenLabs has it, with room for so many texts a day; null: it has not. */
    end: ({ id, lease, older }: AgentChange, made: { replies: number } | null) =>
      db.rpc(
        'end_agent_change',
        {
          id,
          lease,
          made: made !== null,
          older: older && toRow(older),
          replies: made?.replies ?? null,
        },
        Changed,
      ),
    /** Nobody knows whether it is made; a person is told when its attempts are used up. */
    postpone: ({ id, lease }: AgentChange, { pollMs, error }: { pollMs: number; error: string }) =>
      db.rpc(
        'postpone_agent_change',
        { id, lease, pollMs, error, maxAttempts: options.maxAttempts },
        Changed,
      ),
  }
}
