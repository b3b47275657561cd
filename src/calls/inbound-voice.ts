import type { VoiceAgents } from '../carriers/ports.ts'
import type { Background } from '../platform/background.ts'
import type { Database } from '../platform/db.ts'
import { createAnswerCall } from './answer-call.ts'
import { createNameOfCall } from './name-of-call.ts'
import { createVoiceStore } from './voice-store.ts'

/** All that answers calls on this server, put together. */
export function createInboundVoice(deps: {
  db: Database
  voiceAgents: VoiceAgents
  agentId: string
  overdueMs: number
  deadlineMs: number
  defaultOrganizationName: string
  background: Background
}) {
  const voiceCalls = createVoiceStore(deps.db, deps)
  return {
    voiceCalls,
    answerCall: createAnswerCall({ ...deps, voiceCalls }),
    nameOfCall: createNameOfCall({ ...deps, voiceCalls }),
  }
}
