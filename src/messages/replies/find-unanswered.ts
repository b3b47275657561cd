import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { Logger } from '../../platform/logger.ts'
import type { TurnClaim } from './turn.ts'
import type { TurnStore } from './turn-store.ts'

export type FindUnanswered = (turn: TurnClaim) => Promise<TurnClaim | undefined>

/**
 * The same turn, with those of its texts that nobody has answered; undefined: all are, and it is over. A database that went
 * back in time knows of no answer that was sent since, and the text itself is caught up as a new one. So the telephone company
 * is asked before any agent is, which costs, and before anything is sent.
 * @throws CarrierError
 */
export function createFindUnanswered(deps: {
  turns: Pick<TurnStore, 'recordSeen'>
  telephony: Pick<Telephony, 'listSentTexts'>
  log: Logger
}): FindUnanswered {
  return async (turn) => {
    const { id: turnId, our_number: from, customer: to, since } = turn
    const sent = await deps.telephony.listSentTexts({ from, to, since: new Date(since) })
    if (sent.length === 0) return turn
    const { texts } = await deps.turns.recordSeen(turn, sent)
    if (texts.length > 0) return { ...turn, texts }
    deps.log.warn({ turnId, organizationId: turn.organization_id }, 'answered by nobody known here')
    return undefined
  }
}
