import { createElevenLabsVoiceAgents } from '../../src/carriers/elevenlabs/voice-agents.ts'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { CallReport, VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { createContext, type Overrides } from '../../src/server/context.ts'
import type { World } from './world.ts'

/** A second server over the database of a world, whose voice platform does what `agents` says. */
export function contextWith(
  world: World,
  agents: Partial<VoiceAgents>,
  more: {
    overrides?: Overrides
    fallback?: { phoneNumber: string; elevenLabsPhoneId: string }
  } = {},
) {
  const { elevenLabs, twilio, calls } = world.config
  const voiceAgents = {
    ...createElevenLabsVoiceAgents(world.context.elevenLabs, {
      baseUrl: elevenLabs.baseUrl,
      twilioAccountSid: twilio.accountSid,
      twilioAuthToken: twilio.authToken,
    }),
    ...agents,
  }
  return createContext(
    { ...world.config, calls: { ...calls, ...(more.fallback && { fallback: more.fallback }) } },
    { log: world.context.log, db: world.context.db, voiceAgents, ...more.overrides },
  )
}

/** A request whose answer is lost. */
export const lost = () =>
  Promise.reject(new CarrierError('elevenlabs', 'outboundCall', 'unreachable', 'no answer'))

/** What ElevenLabs answers when it tells no ids. */
export const withoutIds = async () => ({
  result: 'dialing' as const,
  conversationId: null,
  providerCallId: null,
})

/** A report as looking finds it, but for `fields`. */
export function aReport(fields: Partial<CallReport>): CallReport {
  return {
    conversationId: 'conv_found',
    transferredTo: null,
    callId: null,
    providerCallId: null,
    agentId: null,
    isPhoneCall: true,
    isTextOnly: false,
    state: 'ended',
    direction: 'outbound',
    answeredBy: null,
    ourNumber: null,
    customerNumber: null,
    startedAt: new Date(),
    earliestStart: new Date(),
    durationSeconds: 5,
    costMicros: 20_000,
    summary: 'They talked.',
    transcript: [],
    outcome: null,
    collected: null,
    evaluation: null,
    doNotCall: false,
    failureReason: null,
    ...fields,
  }
}
