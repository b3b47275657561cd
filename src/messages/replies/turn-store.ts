import { z } from 'zod'
import type { SentText } from '../../carriers/ports/messaging.ts'
import type { Database } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { guardOf, type SpendingLimits } from '../../telephony/spending-limits.ts'
import { TurnClaim, Unanswered } from './turn.ts'

const Recorded = z.object({ recorded: z.boolean() })

const ReplyingAgent = z.object({
  id: z.string(),
  /** Of one that a new account made: its conversations in a day, and until when (ISO) it has no more. */
  few_calls: z.int().nullable(),
  few_until: z.string().nullable(),
})

export type TurnStore = ReturnType<typeof createTurnStore>

type Lease = Pick<TurnClaim, 'id' | 'lease'>

/** Turns that are due, and what came of them. */
export function createTurnStore(
  db: Database,
  options: { agentId: string; leaseMs: number; publicUrl: string; spending: SpendingLimits },
) {
  const { agentId, leaseMs, publicUrl, spending } = options
  return {
    /** The next that is due, of the organization after that one; of none that is busy. */
    claim: (after: string | null, busy: string[]) =>
      db
        .rpc(
          'claim_text_turn',
          { agentId, leaseMs, publicUrl, after, busy, guard: guardOf(spending) },
          z.object({ claim: TurnClaim.nullable() }),
        )
        .then(({ claim }) => claim),
    /** What the carrier has sent to the customer since: of its texts, those that no answer is among it to. */
    recordSeen: ({ id, lease, status }: Lease & Pick<TurnClaim, 'status'>, sent: SentText[]) =>
      db.rpc(
        'record_texts_seen',
        { id, lease, status, sent: sent.map(({ sid, at }) => ({ sid, at: at.toISOString() })) },
        Unanswered,
      ),
    /** The agent has answered; `conversationId`: of the conversation that was held. */
    recordAnswer: ({ id, lease }: Lease, conversationId: string | null, answer: string[]) =>
      db.rpc(
        'record_text_answer',
        { id, lease, conversationId, answer, leaseMs },
        z.object({ result: z.enum(['send', 'dropped', 'lost']), lease: z.string().nullable() }),
      ),
    /** It has not; it is asked again after `delayMs`; null: not any more. */
    recordUnanswered: (
      { id, lease }: Lease,
      conversationId: string | null,
      reason: string,
      delayMs: number | null,
    ) => db.rpc('record_text_unanswered', { id, lease, conversationId, reason, delayMs }, Recorded),
    /** It was not asked after all; it is, `againMs` later each time, as often as it may be. */
    recordNotAsked: ({ id, lease }: Lease, reason: string, againMs: number) =>
      db.rpc('record_text_not_asked', { id, lease, reason, againMs }, Recorded),
    /** What became of the texts of its answer. */
    recordSent: (
      { id, lease }: Lease,
      result: 'answered' | 'dropped' | 'failed' | 'again',
      reason: string | null,
      delayMs: number,
    ) => db.rpc('record_text_sent', { id, lease, result, reason, delayMs }, Recorded),
    /** The agents that answer on the numbers of an organization. */
    agentsOf: (actor: Actor, organizationId: string) =>
      db
        .rpc(
          'replying_agents',
          { actor, organizationId, agentId },
          z.object({ agents: z.array(ReplyingAgent) }),
        )
        .then(({ agents }) => agents),
  }
}
