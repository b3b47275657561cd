import { z } from 'zod'
import type { Database } from '../platform/db.ts'
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

const AgentChange = z.object({
  id: z.uuid(),
  agent_id: z.string(),
  tag: z.string(),
  changes: Changes,
  /** Until when nobody else works on it; its end is recorded with it. */
  lease: z.string(),
  /** False: an older one, left unfinished. */
  is_own: z.boolean(),
})
export type AgentChange = z.infer<typeof AgentChange>

/** Changes of agents, until ElevenLabs has them for certain; each answer shows the agent as it is here. */
export function createChangeStore(db: Database, { leaseMs }: { leaseMs: number }) {
  return {
    begin: (userId: string | null, agentId: string, changes: AgentChanges) =>
      db.rpc(
        'begin_agent_change',
        {
          p_user_id: userId,
          p_agent_id: agentId,
          p_changes: toRow(changes),
          p_lease_ms: leaseMs,
        },
        AgentChange,
      ),
    /** The next one that was left unfinished. */
    claim: () =>
      db
        .rpc(
          'claim_agent_change',
          { p_lease_ms: leaseMs },
          z.object({ claim: AgentChange.nullable() }),
        )
        .then(({ claim }) => claim),
    end: ({ id, lease }: AgentChange, isMade: boolean) =>
      db.rpc('end_agent_change', { p_id: id, p_lease: lease, p_made: isMade }, Agent),
    postpone: ({ id, lease }: AgentChange, lookMs: number) =>
      db.rpc('postpone_agent_change', { p_id: id, p_lease: lease, p_look_ms: lookMs }, Agent),
  }
}
