import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Module } from '../infrastructure/module.ts'
import { createElevenLabsRoutes } from './elevenlabs-routes.ts'
import { createTwilioRoutes } from './twilio-routes.ts'
import { createVoiceRoutes } from './voice-routes.ts'

/** What Twilio and ElevenLabs tell us, and ask. */
export function createWebhooks(
  { config }: Infrastructure,
  peers: Parameters<typeof createTwilioRoutes>[0] &
    Omit<Parameters<typeof createVoiceRoutes>[0], 'config'> &
    Parameters<typeof createElevenLabsRoutes>[0],
): Module {
  return {
    routes: [
      ...createTwilioRoutes(peers),
      ...createVoiceRoutes({ ...peers, config }),
      ...createElevenLabsRoutes(peers),
    ],
    loops: [],
  }
}
