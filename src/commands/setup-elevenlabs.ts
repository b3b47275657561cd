import { variableNames } from '../agent-memory/variables.ts'
import { createElevenLabsClient } from '../carriers/elevenlabs/client.ts'
import { setUpElevenLabs } from '../carriers/elevenlabs/setup/setup.ts'
import type { ElevenLabsSetup } from '../carriers/elevenlabs/setup/target.ts'
import { type Env, parseSetupConfig, type SetupConfig } from '../config/config.ts'
import { timings } from '../config/timings.ts'
import { readDeployment } from './read-deployment.ts'

/** The agent that answers for everybody: as many as a large plan takes at once, and a busy day of calls. */
const SHARED = { concurrency: 30, daily: 2_000 }

const OPTIONS = ['--take-over', '--another-webhook-secret']

/** What ElevenLabs must hold for this deployment: webhooks of its own, and an agent that can use every variable. */
export function setupRequest(
  config: SetupConfig,
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

/** `npm run setup:elevenlabs`. Says what it did, and what is left to a person. */
export async function setupElevenLabsCommand(
  args: string[],
  env: Env,
  say: (line: string) => void,
): Promise<void> {
  const unknown = args.find((arg) => !OPTIONS.includes(arg))
  if (unknown) throw new Error(`Unknown option ${unknown}; there are only ${OPTIONS.join(' and ')}`)
  const config = parseSetupConfig(env)
  const deployment = await readDeployment(config.database)
  const { lines } = await setUpElevenLabs(
    setupRequest(config, deployment, {
      takeOver: args.includes('--take-over'),
      anotherSecret: args.includes('--another-webhook-secret'),
      say,
    }),
  )
  for (const line of lines) say(line)
}
