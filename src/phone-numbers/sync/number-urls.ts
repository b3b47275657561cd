import type { NumberRouting } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { withRetries } from '../../carriers/webhook-url.ts'
import type { InboundVoice, PhoneNumber } from '../phone-number.ts'
import { type MarkedNumber, withMark } from '../quarantine/quarantine-mark.ts'

/** Who answers calls to a number: ElevenLabs, its agent by way of our own route, or nobody. */
export type Answering = InboundVoice | 'nobody'

type Routed = Pick<
  PhoneNumber,
  'elevenlabs_phone_id' | 'holder_status' | 'inbound_voice' | 'status'
>

/** Where numbers point, all below one public URL. */
export type Routes = ReturnType<typeof createRoutes>

export function createRoutes(options: {
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
  const answered: NumberRouting = { ...ours, voiceUrl: options.agents.voiceUrl }

  const voiceOf = (number: Pick<Routed, 'inbound_voice'>): InboundVoice =>
    number.inbound_voice ?? options.inboundVoice
  const isLive = ({ status }: Routed) => status === 'configured' || status === 'assigned'

  return {
    /** Calls and texts come to us. */
    unanswered: ours,
    /** Where the end of a call is told: to us while we answer, else to ElevenLabs. */
    statusUrls: {
      ours: withRetries(`${webhooks}/twilio/call-status`),
      agents: options.agents.statusUrl,
    },

    /** How the number is to be answered, whether or not it can be by now. */
    voiceOf,

    answering(number: Routed): Answering {
      if (number.holder_status === 'suspended' || number.status === 'quarantined') return 'nobody'
      if (voiceOf(number) === 'server') return 'server'
      if (number.elevenlabs_phone_id !== null) return 'elevenlabs'
      // One that went live without an import is answered by us until ElevenLabs knows it.
      return isLive(number) ? 'server' : 'nobody'
    },

    /** ElevenLabs is to answer the live number, but does not know it. */
    lacksImport: (number: Routed): boolean =>
      voiceOf(number) === 'elevenlabs' && isLive(number) && number.elevenlabs_phone_id === null,

    /** Where the number is to point; in quarantine its SMS URL says which one it is. */
    of(number: Routed & Pick<MarkedNumber, 'mark'>): NumberRouting {
      const { quarantine_id: mark } = number.mark
      if (number.status === 'quarantined' && mark)
        return { ...ours, smsUrl: withMark(ours.smsUrl, mark) }
      return this.answering(number) === 'elevenlabs' ? answered : ours
    },
  }
}
