import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Module } from '../infrastructure/module.ts'
import { createElevenLabsRoutes } from './elevenlabs-routes.ts'
import { createOverloadGate, type OverloadGate } from './overload/gate.ts'
import { shedsOf } from './overload/sheds.ts'
import { createRefusalWatch, type RefusalWatch } from './refusal-watch.ts'
import { createTransferRoutes } from './transfer-routes.ts'
import { createTwilioRoutes } from './twilio-routes.ts'
import { createVoiceRoutes } from './voice-routes.ts'

/** How often a person is told of what was refused since: half of the minute within which they hear of it. */
export const REFUSALS_MS = 30_000

/** What Twilio and ElevenLabs tell us, and ask. */
export function createWebhooks(
  { config, db, log }: Infrastructure,
  peers: Parameters<typeof createTwilioRoutes>[0] &
    Omit<Parameters<typeof createVoiceRoutes>[0], 'config'> &
    Omit<Parameters<typeof createTransferRoutes>[0], 'config'> &
    Parameters<typeof createElevenLabsRoutes>[0],
): Module & { refusals: RefusalWatch; overload: OverloadGate } {
  const refusals = createRefusalWatch(db)
  return {
    refusals,
    overload: createOverloadGate(shedsOf(config), log),
    routes: [
      ...createTwilioRoutes(peers),
      ...createVoiceRoutes({ ...peers, config }),
      ...createTransferRoutes({ ...peers, config }),
      ...createElevenLabsRoutes(peers),
    ],
    loops: [{ name: 'refusals', intervalMs: REFUSALS_MS, tick: refusals.tick }],
  }
}
