import { missedCallText } from '../../agent-memory/missed-call-text.ts'
import { openingInWords } from '../../business-hours/in-words.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import { AppError, problemStatus } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { claimOnce, drain } from '../../platform/work-queue.ts'
import type { SendMessage } from '../send-message.ts'
import type { MissedCall, MissedCallStore } from './missed-call-store.ts'

const AGAIN_MS = 30_000

/**
 * Texts callers with whom nobody has spoken, where their organization wants that, from the number that they called.
 * Each call has one text at most: its id follows from the call, the guard of all texts records it before it is
 * sent, and the telephone company is asked first, because a database that went back in time knows nothing of it. What is refused is over; what could not be sent is tried again, as long as it is not late. Part of the
 * `messages` loop.
 */
export function createTextMissedCalls(deps: {
  store: MissedCallStore
  sendMessage: SendMessage
  telephony: Pick<Telephony, 'findMessages'>
  log: Logger
}): (signal: AbortSignal) => Promise<number> {
  const { store, sendMessage, telephony, log } = deps

  async function text(call: MissedCall): Promise<void> {
    const { next_opening } = openingInWords(call.business_hours, new Date())
    const body = missedCallText(call.text, {
      organization_name: call.organization_name,
      called_number: call.from,
      next_opening,
    })
    const { from, to, since, known_sids } = call
    const sent = await telephony.findMessages({
      from,
      to,
      body,
      media: 0,
      since: new Date(since),
    })
    if (sent.some(({ sid }) => !known_sids.includes(sid))) {
      log.warn({ callId: call.call_id }, 'caller of a missed call was texted before')
      await store.finish(call)
      return
    }
    try {
      await sendMessage({
        id: call.message_id,
        actor: { kind: 'system' },
        organizationId: call.organization_id,
        to,
        from,
        insists: true,
        body,
        mediaUrls: [],
        leadId: null,
        requestId: call.call_id,
      })
    } catch (thrown) {
      if (!isFinal(thrown)) throw thrown
      log.warn({ err: thrown, callId: call.call_id }, 'caller of a missed call not texted')
    }
    await store.finish(call)
  }

  return (signal) =>
    drain({
      claim: claimOnce(store.claim),
      work: text,
      fail: async (call, error) => {
        log.warn({ err: error, callId: call.call_id }, 'missed call not texted; tried again')
        await store.putOff(call, AGAIN_MS)
        return 'next'
      },
      signal,
      log,
    })
}

/** Whether asking again would be refused again. */
function isFinal(thrown: unknown): boolean {
  return (
    thrown instanceof AppError &&
    problemStatus[thrown.code] < 500 &&
    thrown.code !== 'texts_too_fast'
  )
}
