import { parseJson } from '../../../platform/parse-json.ts'
import { inThread, oneAfterTheOther } from '../../../platform/places/in-thread.ts'
import { CarrierError } from '../../ports/carrier-error.ts'
import { whyUnreadable } from '../../ports/unreadable.ts'
import type { CallReport, UnreadTranscript, WholeReport } from '../../ports/voice-agents.ts'
import { Conversation, toCallReport } from './conversation.ts'

/** What the thread says at its end: the report, its transcript as it was told; or why there is none. */
export type LongConversationRead = { report: CallReport } | { unreadable: string }

/**
 * A conversation as the API answers it.
 * @throws Error that says why it cannot be read
 */
export function readConversation({ conversation, receivedAt }: UnreadTranscript): WholeReport {
  const { data, error } = Conversation.safeParse(parseJson(Buffer.from(conversation).toString()))
  if (error) throw new Error(whyUnreadable(error))
  return toCallReport(data, { receivedAt })
}

/** Reads conversations that take longer to parse than a caller should wait for, in a thread of their own. */
export function createReadLongConversation() {
  const takeTurn = oneAfterTheOther()
  const thread = new URL('./long-conversation-thread.ts', import.meta.url)

  /** @throws CarrierError bad_reply */
  return async (conversation: Uint8Array<ArrayBuffer>): Promise<CallReport> => {
    const work: UnreadTranscript = { conversation, receivedAt: new Date() }
    const read = await takeTurn(() =>
      inThread<LongConversationRead>(thread, work, [conversation.buffer]),
    )
    if ('report' in read) return read.report
    throw new CarrierError('elevenlabs', 'conversations.get', 'bad_reply', read.unreadable)
  }
}
