import { parentPort, workerData } from 'node:worker_threads'
import { toError } from '../../../platform/errors.ts'
import type { UnreadTranscript } from '../../ports/voice-agents.ts'
import { type LongConversationRead, readConversation } from './long-conversation.ts'

/** The thread: reads all but the words, and hands the memory of those back. */
function read(given: UnreadTranscript): LongConversationRead {
  try {
    return { report: { ...readConversation(given), transcript: given } }
  } catch (thrown) {
    return { unreadable: toError(thrown).message }
  }
}

const given = workerData as UnreadTranscript
parentPort?.postMessage(read(given), [given.conversation.buffer])
