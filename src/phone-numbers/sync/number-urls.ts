import type { NumberRouting } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { withRetries } from '../../carriers/webhook-url.ts'
import { type InboundVoice, isLive } from '../phone-number.ts'
import { type MarkedNumber, withMark } from '../quarantine-mark.ts'

/** Who answers calls to a number: ElevenLabs, its agent by way of our own route, or nobody. */
export type Answering = InboundVoice | 'nobody'

type Routed = Pick<
  MarkedNumber,
  'elevenlabs_phone_id' | 'holder_status' | 'import' | 'inbound_voice' | 'status'
>

/** Where numbers point, all below one public URL. */
export type NumberUrls = ReturnType<typeof createNumberUrls>

export function createNumberUrls(options: {
  publicUrl: string
  voiceFallbackUrl: string | undefined
  /** For numbers whose holder has not chosen, or that nobody holds. */
  inboundVoice: InboundVoice
  agents: Pick<VoiceAgents, 'voiceUrl' | 'statusUrl'>
}) {
  const webhooks = `${options.publicUrl}/api/webhooks`
  const ours: NumberRouting = {
    voiceUrl: `${webhooks}/call/incoming`,
    voiceFallbackUrl: options.voiceFallbackUrl ?? '',
    smsUrl: withRetries(`${webhooks}/twilio/sms`),
    smsFallbackUrl: withRetries(`${webhooks}/twilio/sms/fallback`),
  }

  const voiceOf = (number: Pick<Routed, 'inbound_voice'>): InboundVoice =>
    number.inbound_voice ?? options.inboundVoice

  return {
    /** Calls and texts come to us. */
    unanswered: ours,
    /** Where the end of a call is told: to us while we answer, else to ElevenLabs. */
    statusUrls: {
      ours: withRetries(`${webhooks}/twilio/call-status`),
      agents: (number: Pick<Routed, 'import'>) =>
        number.import.status_url ?? options.agents.statusUrl,
    },

    /** Where ElevenLabs is taken to want calls, and their ends, as long as nobody knows better. */
    lastResort: { voiceUrl: options.agents.voiceUrl, statusUrl: options.agents.statusUrl },

    /** How the number is to be answered, whether or not it can be by now. */
    voiceOf,

    answering(number: Routed): Answering {
      if (number.holder_status === 'suspended' || number.status === 'quarantined') return 'nobody'
      if (voiceOf(number) === 'server') return 'server'
      const isImported = number.elevenlabs_phone_id !== null && number.import.state === null
      if (isImported) return 'elevenlabs'
      // One that is live without an import that is of use is answered by us until it has one.
      return isLive(number.status) ? 'server' : 'nobody'
    },

    /** ElevenLabs is to answer the live number, but does not know it. */
    lacksImport: (number: Routed): boolean =>
      voiceOf(number) === 'elevenlabs' &&
      isLive(number.status) &&
      number.elevenlabs_phone_id === null,

    /** Where the number is to point; in quarantine its SMS URL says which one it is. */
    of(number: Routed & Pick<MarkedNumber, 'mark'>): NumberRouting {
      const { quarantine_id: mark } = number.mark
      if (number.status === 'quarantined' && mark)
        return { ...ours, smsUrl: withMark(ours.smsUrl, mark) }
      if (this.answering(number) !== 'elevenlabs') return ours
      // What the import left is kept and restored: a residency workspace has a host of its own. The base
      // URL's is the last resort.
      return { ...ours, voiceUrl: number.import.voice_url ?? options.agents.voiceUrl }
    },
  }
}
