import { setUpElevenLabs } from '../src/carriers/elevenlabs/setup/setup.ts'
import { parseSetupConfig } from '../src/config/config.ts'
import { setupRequest } from '../src/infrastructure/setup-request.ts'

/** All are copies of one database, and one deployment to ElevenLabs. */
const ONE = { id: '00000000', agents: [] }

/** Has the workspace that all deployments share ask the server of these settings. */
export function setUpWorkspace(settings: Record<string, string>) {
  return setUpElevenLabs(setupRequest(parseSetupConfig(settings), ONE))
}
