import { z } from 'zod'
import type { CarrierCharge } from '../carriers/ports/billing.ts'
import type { SentMessage } from '../carriers/ports/messaging.ts'
import { createOwnFailures } from '../carriers/ports/own-failures.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { Database } from '../database/db.ts'
import type { Logger } from '../platform/logger.ts'
import { claimEach, drain } from '../platform/work-queue.ts'
import { reasonOf } from '../telephony/failure-kind.ts'
import { Message } from './message.ts'
import type { MessageStore } from './message-store.ts'

/** Texts looked at in one tick. */
const BATCH = 20

/** `poll_failing`: the last look for it failed. */
const MessageToPoll = Message.extend({ poll_failing: z.boolean() })
type MessageToPoll = z.infer<typeof MessageToPoll>

/**
 * Finds out at the carrier what no status told: whether texts were sent of which nobody heard (one
 * that the carrier does not know after enough attempts was not), and what became of those that were. Part
 * of the `messages` loop.
 */
export function createMessagePoller(deps: {
  db: Database
  messages: Pick<MessageStore, 'recordStatus'>
  telephony: Telephony
  /** What carriers charge, where a look tells it. */
  recordCharges: (charges: CarrierCharge[]) => Promise<unknown>
  pollMs: number
  maxPolls: number
  log: Logger
}): (signal: AbortSignal) => Promise<number> {
  const { db, telephony, log } = deps

  /**
   * A look that gets no answer throws before it counts: it has found nothing out. That the carrier answers
   * nothing says nothing of the text; one that alone cannot be looked for is a person's in the end.
   */
  async function findOut({ id, from, to, body, media, created_at }: Message): Promise<void> {
    const candidates = await telephony.findMessages({
      from,
      to,
      body,
      media: media.length,
      since: new Date(created_at),
    })
    const { found } = await db.rpc(
      'record_message_found',
      { id, candidates: candidates.map(toCandidate) },
      z.object({ found: z.boolean() }),
    )
    if (found) return
    await db.rpc(
      'count_message_poll',
      { id, maxPolls: deps.maxPolls },
      z.object({ status: z.string().nullable() }),
    )
  }

  /** Counted when it was claimed: a text without an end to tell is not asked for over and over. */
  async function follow(id: string, sid: string): Promise<void> {
    const found = await telephony.getMessage(sid)
    if (!found) return
    await deps.messages.recordStatus(id, found.sent, true)
    if (found.charge && found.charge.price !== null) await deps.recordCharges([found.charge])
  }

  async function lookUp(message: MessageToPoll): Promise<void> {
    const { id, message_sid: sid } = message
    if (sid !== null) return follow(id, sid)
    await findOut(message)
    if (message.poll_failing) await db.rpc('end_message_poll_failing', { id }, z.object({}))
  }

  return async (signal) => {
    const { messages } = await db.rpc(
      'claim_messages_to_poll',
      { limit: BATCH, againMs: deps.pollMs },
      z.object({ messages: z.array(MessageToPoll) }),
    )
    const isOwn = createOwnFailures({ twilio: () => telephony.answers() })
    return drain({
      claim: claimEach(messages),
      work: lookUp,
      fail: async ({ id, message_sid: sid }, error) => {
        log.warn({ err: error, messageId: id }, 'text not looked up; tried again')
        if (sid === null && (await isOwn(error)))
          await db.rpc(
            'record_message_poll_failed',
            { id, error: error.message },
            z.object({ stopped: z.boolean() }),
          )
        return 'next'
      },
      signal,
      log,
    })
  }
}

function toCandidate(sent: SentMessage) {
  const { sid, status, errorCode, failure } = sent
  return { sid, status, error_code: errorCode, failure, reason: reasonOf(sent) }
}
