import { variableNames } from '../agent-memory/variables.ts'
import { createElevenLabsClient } from '../carriers/elevenlabs/client.ts'
import type { ElevenLabsSetup } from '../carriers/elevenlabs/setup/target.ts'
import type { Config, SetupConfig } from '../config/config.ts'
import { timings } from '../config/timings.ts'

/** The agent that answers for everybody: as many as a large plan takes at once, and a busy day of calls. */
const SHARED = { concurrency: 30, daily: 2_000 }

/** What ElevenLabs must hold for this deployment: webhooks of its own, and an agent that can use every variable. */
export function setupRequest(
  config: Pick<SetupConfig, 'addresses' | 'elevenLabs'>,
  /** As the database has it: its id, and the agents of its organizations. */
  deployment: { id: string; agents: string[] },
  {
    takeOver = false,
    anotherSecret = false,
    say = () => {},
  }: { takeOver?: boolean; anotherSecret?: boolean; say?: (line: string) => void } = {},
): ElevenLabsSetup {
  const { addresses, elevenLabs } = config
  return {
    request: createElevenLabsClient({ ...elevenLabs, readAgainMs: timings.readAgainMs }),
    own: { deployment: deployment.id, addresses, initSecrets: elevenLabs.initSecrets },
    postCallSecret: elevenLabs.webhookSecret,
    agentId: elevenLabs.agentId,
    organizationAgents: deployment.agents,
    templateId: elevenLabs.templateId,
    variables: [...variableNames],
    takeOver,
    anotherSecret,
    say,
    bounds: { ...SHARED, minutes: elevenLabs.callMinutes, auth: elevenLabs.agentAuth },
    daily: {
      calls: SHARED.daily,
      replies: elevenLabs.sharedReplies,
      wanted: SHARED.daily + elevenLabs.sharedReplies,
      // As an earlier release, which had no texts answered, gave it.
      ours: [SHARED.daily],
    },
  }
}

/** What a set-up goes by, of the settings of a server. */
export function setupConfigOf({
  addresses,
  elevenLabs,
  agents,
  spending,
}: Pick<Config, 'addresses' | 'elevenLabs' | 'agents' | 'spending'>): Pick<
  SetupConfig,
  'addresses' | 'elevenLabs'
> {
  const { apiKey, agentId, baseUrl, initSecret, webhookSecret, timeoutMs } = elevenLabs
  return {
    addresses,
    elevenLabs: {
      apiKey,
      agentId,
      templateId: agents.templateId,
      baseUrl,
      initSecrets: [initSecret],
      webhookSecret,
      agentAuth: agents.bounds.auth,
      callMinutes: agents.bounds.minutes,
      sharedReplies: spending.sharedReplies,
      timeoutMs,
    },
  }
}
