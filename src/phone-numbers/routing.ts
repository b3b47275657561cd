import type { NumberRouting, VoiceAgents } from '../carriers/ports.ts'

/** The routings a number can have, all below one public URL. */
export interface Routes {
  /** No agent answers: our own route says so; texts are ours. */
  unanswered: NumberRouting
  /** ElevenLabs answers calls; texts stay ours. */
  answered: NumberRouting
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
