import { CarrierError } from '../ports/carrier-error.ts'
import { hasTelephoneAudio } from './agent-config.ts'
import { getAgent } from './agent-requests.ts'
import type { ElevenLabsClient } from './client.ts'

/**
 * Why an agent can take no call from a telephone; undefined: it can. Source: ElevenLabs, "Register Twilio
 * calls": the agent listens and speaks in μ-law 8000 Hz.
 * @throws CarrierError
 */
export async function findAgentFlaw(
  request: ElevenLabsClient,
  id: string,
): Promise<string | undefined> {
  try {
    return hasTelephoneAudio(await getAgent(request, id))
      ? undefined
      : `agent ${id} does not listen and speak in μ-law 8000 Hz: npm run setup:elevenlabs repairs that`
  } catch (error) {
    if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
    return `ElevenLabs has no agent ${id} any more`
  }
}
