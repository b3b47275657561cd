import type { NumberRouting, VoiceAgents } from '../carriers/ports.ts'
import type { PhoneNumber } from './phone-number.ts'

/** The routings a number can have, all below one public URL. */
export interface Routes {
  /** No agent answers: our own route says so; texts are ours. */
  unanswered: NumberRouting
  /** ElevenLabs answers calls; texts stay ours. */
  answered: NumberRouting
}

/** Whether calls to a number of ours go to an agent, or to our own route. */
export function isAnswered(
  number: Pick<PhoneNumber, 'elevenlabs_phone_id' | 'holder_status' | 'status'>,
): boolean {
  return (
    number.elevenlabs_phone_id !== null &&
    number.holder_status !== 'suspended' &&
    number.status !== 'quarantined'
  )
}

export function createRoutes(options: {
  publicUrl: string
  voiceFallbackUrl: string | undefined
  agentsVoiceUrl: VoiceAgents['voiceUrl']
}): Routes {
  const ours = {
    voiceFallbackUrl: options.voiceFallbackUrl ?? '',
    smsUrl: `${options.publicUrl}/api/webhooks/twilio/sms`,
    smsFallbackUrl: `${options.publicUrl}/api/webhooks/twilio/sms/fallback`,
  }
  return {
    unanswered: { ...ours, voiceUrl: `${options.publicUrl}/api/webhooks/call/incoming` },
    answered: { ...ours, voiceUrl: options.agentsVoiceUrl },
  }
}
