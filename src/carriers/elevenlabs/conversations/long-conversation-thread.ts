import { parentPort, workerData } from 'node:worker_threads'
import { toError } from '../../../platform/errors.ts'
import type { UnreadTranscript } from '../../ports/voice-agents.ts'
import { type LongConversationRead, readConversation } from './long-conversation.ts'

/** The thread: reads all but the words, and hands the memory of those back. */
function read(told: UnreadTranscript): LongConversationRead {
  try {
    return { report: { ...readConversation(told), transcript: told } }
  } catch (thrown) {
    return { unreadable: toError(thrown).message }
  }
}

const told = workerData as UnreadTranscript
parentPort?.postMessage(read(told), [told.conversation.buffer])
