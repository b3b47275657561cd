import { CarrierError, refusesAll } from '../../carriers/ports/carrier-error.ts'
import { AppError, isNothingToRecord, type ProblemCode } from '../../platform/errors.ts'
import { truncate } from '../../platform/truncate.ts'
import { isFailureReason, reasonInWords } from '../../telephony/failure-reason.ts'
import type { Message } from '../message.ts'
import type { SendMessage } from '../send-message.ts'
import { messageIdOf, type TurnClaim } from './turn.ts'

/** These pass. */
const NOT_YET: ReadonlySet<ProblemCode> = new Set(['texts_too_fast'])

/** Somebody has decided so meanwhile: nobody waits for this answer. */
const DECIDED: ReadonlySet<ProblemCode> = new Set([
  'wrong_state',
  'opted_out',
  'organization_suspended',
])

const REASON_LENGTH = 500

export interface Sent {
  result: 'answered' | 'dropped' | 'failed' | 'again'
  reason: string | null
  delayMs: number
}

export type SendAnswer = ReturnType<typeof createSendAnswer>

/**
 * Texts an answer, one text after the other, each by the ordinary way of texts and under an id that follows from its turn: so
 * whoever sends it again sends nothing twice. It ends at the first of which nobody knows whether it was sent.
 * `againMs`: half of the time before texts are looked at again of which nobody knows whether they were sent, or for which there
 * is no room yet.
 * @throws AppError database_unavailable
 */
export function createSendAnswer(sendMessage: SendMessage, { againMs }: { againMs: number }) {
  const delayMs = 2 * againMs

  return async (turn: TurnClaim, texts: string[]): Promise<Sent> => {
    for (const [part, body] of texts.entries()) {
      const sent = await sendOne(turn, part, body)
      if (sent) return part > 0 && sent.result === 'failed' ? inPart(sent) : sent
    }
    return { result: 'answered', reason: null, delayMs: 0 }
  }

  /** Undefined: it is sent. */
  async function sendOne(turn: TurnClaim, part: number, body: string): Promise<Sent | undefined> {
    try {
      const message = await sendMessage({
        id: messageIdOf(turn.id, part),
        actor: { kind: 'system' },
        organizationId: turn.organization_id,
        to: turn.customer,
        from: turn.our_number,
        insists: true,
        body,
        mediaUrls: [],
        leadId: null,
        requestId: `turn:${turn.id}`,
        textTurnId: turn.id,
      })
      return isUndecided(message) ? { result: 'again', reason: 'reply_unsent', delayMs } : undefined
    } catch (error) {
      return failedBy(error, delayMs)
    }
  }
}

/** The customer has read something, so it is not as if no agent had answered. */
function inPart({ reason, ...sent }: Sent): Sent {
  const words = truncate(reasonInWords(reason ?? ''), REASON_LENGTH)
  return { ...sent, reason: `answer_in_part: ${words}` }
}

function isUndecided({ status, message_sid }: Message): boolean {
  return status === 'unknown' || (status === 'queued' && message_sid === null)
}

/** @throws what says nothing of this text */
function failedBy(error: unknown, delayMs: number): Sent {
  if (error instanceof CarrierError) {
    const result = refusesAll.has(error.kind) ? 'again' : 'failed'
    return { result, reason: error.reason, delayMs }
  }
  if (!(error instanceof AppError) || isNothingToRecord(error)) throw error
  // As a kind, where it is one: so that the same cause is known as the same.
  const reason = isFailureReason(error.code) ? error.code : truncate(error.message, REASON_LENGTH)
  if (NOT_YET.has(error.code)) return { result: 'again', reason, delayMs }
  if (!DECIDED.has(error.code)) return { result: 'failed', reason, delayMs: 0 }
  return { result: 'dropped', reason: error.code, delayMs: 0 }
}
