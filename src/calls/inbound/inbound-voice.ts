import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { Database } from '../../database/db.ts'
import type { Background } from '../../platform/background.ts'
import type { Logger } from '../../platform/logger.ts'
import { createCallCatchUp } from '../polling/catch-up.ts'
import { createCatchUpStore } from '../polling/catch-up-store.ts'
import { createAnswerCall } from './answer-call.ts'
import { createNameOfCall } from './organization-of-call.ts'
import { createVoiceStore } from './server-call-store.ts'

/** All that answers calls on this server, put together. */
export function createInboundVoice(deps: {
  db: Database
  telephony: Telephony
  voiceAgents: VoiceAgents
  agentId: string
  inboundVoice: 'elevenlabs' | 'server'
  overdueMs: number
  publicUrl: string
  /** How long ago a call must have begun before it is looked for at the carrier. */
  minAgeMs: number
  deadlineMs: number
  defaultOrganizationName: string
  background: Background
  log: Logger
}) {
  const voiceCalls = createVoiceStore(deps.db, deps)
  return {
    voiceCalls,
    answerCall: createAnswerCall({ ...deps, voiceCalls }),
    nameOfCall: createNameOfCall({ ...deps, voiceCalls }),
    catchUpCalls: createCallCatchUp({
      ...deps,
      store: createCatchUpStore(deps.db, deps),
      voiceCalls,
    }),
  }
}
