import { variableNames } from '../agent-memory/variables.ts'
import { createElevenLabsClient } from '../carriers/elevenlabs/client.ts'
import type { ElevenLabsSetup } from '../carriers/elevenlabs/setup/target.ts'
import type { SetupConfig } from '../config/config.ts'

/** The agent that answers for everybody: as many as a large plan takes at once, and a busy day of it. */
const SHARED = { concurrency: 30, daily: 2_000 }

/** What ElevenLabs must hold for this deployment: our webhooks, and an agent that can use every variable. */
export function setupRequest(config: SetupConfig): ElevenLabsSetup {
  const { publicUrl, elevenLabs } = config
  return {
    request: createElevenLabsClient(elevenLabs),
    preCallUrl: `${publicUrl}/api/webhooks/elevenlabs/conversation-initiation`,
    preCallHeaders: { 'X-Orgline-Secret': elevenLabs.initSecret },
    postCallUrl: `${publicUrl}/api/webhooks/elevenlabs/post-call`,
    postCallSecretKnown: elevenLabs.webhookSecret !== undefined,
    agentId: elevenLabs.agentId,
    templateId: elevenLabs.templateId,
    variables: [...variableNames],
    bounds: { ...SHARED, minutes: elevenLabs.callMinutes, auth: elevenLabs.agentAuth },
  }
}
