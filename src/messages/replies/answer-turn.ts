import { buildVariables } from '../../agent-memory/variables.ts'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { TextConversations } from '../../carriers/ports/text-conversations.ts'
import type { Logger } from '../../platform/logger.ts'
import { answerOf } from './answer.ts'
import type { FindUnanswered } from './find-unanswered.ts'
import { questionOf } from './question.ts'
import type { SendAnswer } from './send-answer.ts'
import type { TurnClaim } from './turn.ts'
import type { TurnStore } from './turn-store.ts'

export type AnswerTurn = (turn: TurnClaim) => Promise<void>

/**
 * Answers what a customer has texted, as far as nobody has: asks the agent of the number, with what it may know as on a call,
 * records its answer, and then texts it. What is recorded is texted, whoever goes on with it; what is not is asked again, three times in all.
 */
export function createAnswerTurn(deps: {
  turns: TurnStore
  conversations: TextConversations
  findUnanswered: FindUnanswered
  sendAnswer: SendAnswer
  /** For one question, in ms. */
  deadlineMs: number
  /** Before it is asked for the second time, in ms; double that before the third. With its deadlines, all of it takes less than two minutes. */
  againMs: number
  defaultOrganizationName: string
  log: Logger
}): AnswerTurn {
  const { turns, log } = deps

  async function ask(turn: TurnClaim): Promise<void> {
    const asked: { conversationId: string | null } = { conversationId: null }
    const said = await deps.conversations
      .ask(
        {
          agentId: turn.agent_id ?? '',
          turnId: turn.id,
          variables: buildVariables({
            organization: turn.organization,
            history: turn.history,
            customerPhone: turn.customer,
            calledNumber: turn.our_number,
            defaultOrganizationName: deps.defaultOrganizationName,
          }),
          text: questionOf(turn.texts),
        },
        {
          signal: AbortSignal.timeout(deps.deadlineMs),
          onBegun: (id) => {
            asked.conversationId = id
          },
        },
      )
      .catch(carrierError)
    if (said instanceof CarrierError) {
      log.warn({ err: said, turnId: turn.id, tries: turn.tries }, 'no answer of the agent')
      return unanswered(turn, asked.conversationId, said.reason)
    }
    const answer = answerOf(said)
    if ('unfit' in answer) {
      log.warn({ turnId: turn.id, reason: answer.unfit }, 'an answer of the agent is not sent')
      await turns.recordUnanswered(turn, asked.conversationId, answer.unfit, null)
      return
    }
    const { result, lease } = await turns.recordAnswer(turn, asked.conversationId, answer.texts)
    if (result === 'send' && lease !== null) return send({ ...turn, lease }, answer.texts)
    log.info({ turnId: turn.id, result }, 'an answer of the agent is not needed any more')
  }

  async function unanswered(
    turn: TurnClaim,
    conversationId: string | null,
    reason: string,
  ): Promise<void> {
    const delayMs = turn.tries < 3 ? deps.againMs * turn.tries : null
    await turns.recordUnanswered(turn, conversationId, reason, delayMs)
  }

  async function send(turn: TurnClaim, texts: string[]): Promise<void> {
    const { result, reason, delayMs } = await deps.sendAnswer(turn, texts)
    await turns.recordSent(turn, result, reason, delayMs)
    const { id: turnId, organization_id: organizationId } = turn
    log.info({ organizationId, turnId, result, reason }, 'text answered')
  }

  /** Nobody knows whether it was answered: so it is not yet, and no agent was asked. */
  async function putOff(turn: TurnClaim, { reason }: CarrierError): Promise<void> {
    if (turn.status === 'asking') await turns.recordNotAsked(turn, reason, deps.againMs)
    else await turns.recordSent(turn, 'again', reason, 2 * deps.againMs)
  }

  return async (claimed) => {
    const turn = await deps.findUnanswered(claimed).catch(carrierError)
    if (turn instanceof CarrierError) {
      log.warn({ err: turn, turnId: claimed.id }, 'not known whether a text was answered')
      return putOff(claimed, turn)
    }
    if (turn) await (turn.status === 'sending' ? send(turn, turn.answer ?? []) : ask(turn))
  }
}

/** @throws what is none */
function carrierError(error: unknown): CarrierError {
  if (error instanceof CarrierError) return error
  throw error
}
