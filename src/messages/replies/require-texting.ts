import type { TextConversations } from '../../carriers/ports/text-conversations.ts'
import { inUtc } from '../../database/timestamp.ts'
import type { Actor } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import type { TurnStore } from './turn-store.ts'

export type RequireTexting = (actor: Actor, organizationId: string) => Promise<void>

/**
 * Whether every agent that answers on an organization's numbers can do so in writing, and one of them may by now: what a new
 * account made has its few conversations for calls alone. @throws AppError agent_cannot_text
 */
export function createRequireTexting(deps: {
  turns: Pick<TurnStore, 'agentsOf'>
  conversations: Pick<TextConversations, 'findTextFlaw'>
  /** The deployment's own, which answers on numbers without an agent of their own. */
  agentId: string
  /** Texts of all organizations that that one answers in a day. */
  sharedReplies: number
}): RequireTexting {
  return async (actor, organizationId) => {
    const agents = await deps.turns.agentsOf(actor, organizationId)
    for (const { id: agentId } of agents) {
      const isOwn = agentId !== deps.agentId
      const replies = isOwn ? 0 : deps.sharedReplies
      const flaw = await deps.conversations.findTextFlaw(agentId, { replies })
      if (flaw === undefined) continue
      const remedy = isOwn
        ? `PATCH /api/agents/${agentId} with its own name makes it able to`
        : 'Its operators have to set it up anew'
      throw new AppError(
        'agent_cannot_text',
        `${isOwn ? `Agent ${agentId}` : 'The agent of this server'} cannot answer texts as it is. ${remedy}`,
        {
          forOperators: `${flaw}: npm run setup:elevenlabs repairs that, or says what is left to you`,
        },
      )
    }
    const few = agents.flatMap(({ id, few_calls: calls, few_until: until }) =>
      calls !== null && until !== null ? [{ id, calls, until }] : [],
    )
    if (few.length < agents.length) return
    for (const { id, calls } of few)
      if ((await deps.conversations.findTextFlaw(id, { replies: calls })) === undefined) return
    const until = few.map((each) => each.until).toSorted()[0] ?? ''
    throw new AppError(
      'agent_cannot_text',
      `Your account is new, so its agents have their few conversations in a day for calls alone. Texts can be answered from ${inUtc(until)} on, or once operators of this server have raised the limit of an agent`,
    )
  }
}
