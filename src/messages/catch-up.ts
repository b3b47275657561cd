import type { ListedText } from '../carriers/ports/arrivals.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { LeasedWork } from '../database/lease.ts'
import { type CatchUpSource, catchUp, type Failing } from '../platform/catch-up.ts'
import type { Logger } from '../platform/logger.ts'
import { calledNumber, customerNumber, senderAddress } from '../telephony/phone.ts'
import type { InboundMessage } from './message-input.ts'
import type { MessageStore } from './message-store.ts'
import { keywordOf } from './opt-out-keywords.ts'

/** `through`: ISO time; until then every text is taken in. */
type CatchUpState = { through: string; failing?: Failing }

/**
 * Takes in the texts that no webhook told of, because this server or its database gave no answer:
 * for whoever held the number when they were sent, with the carrier's time. Nothing ever answers one
 * by itself that is late by then (`late`).
 */
export function createMessageCatchUp(deps: {
  telephony: Pick<Telephony, 'listInboundTexts' | 'getMedia'>
  messages: Pick<MessageStore, 'receive' | 'unknownAmong'>
  stuck: Pick<CatchUpSource<ListedText>, 'report' | 'taken'>
  /** How old a text must be, in milliseconds: its webhook may be on its way. */
  minAgeMs: number
  log: Logger
}): LeasedWork<CatchUpState> {
  const { telephony, messages, minAgeMs, log } = deps

  async function take(text: ListedText): Promise<boolean> {
    const media = text.media > 0 ? await telephony.getMedia(text.sid) : []
    const { result, organization_id } = await messages.receive({ ...toMessage(text), media })
    log.warn({ organizationId: organization_id, messageSid: text.sid, result }, 'text caught up')
    return true
  }

  return async (signal, { through, failing }) => {
    const read = await catchUp(
      {
        list: telephony.listInboundTexts,
        unknownAmong: messages.unknownAmong,
        take,
        ...deps.stuck,
      },
      {
        through: through === undefined ? undefined : new Date(through),
        failing,
        minAgeMs,
        signal,
        log,
      },
    )
    return read && { ...read, through: read.through.toISOString() }
  }
}

function toMessage(text: ListedText): Omit<InboundMessage, 'media'> {
  return {
    providerMessageId: text.sid,
    from: senderAddress(text.from),
    to: calledNumber(text.to),
    customer: customerNumber(text.from),
    body: text.body,
    segments: text.segments,
    // What a Messaging Service of its own words took it for is not on the list.
    keyword: keywordOf(text.body, ''),
    requestId: null,
    sentAt: text.at,
  }
}
