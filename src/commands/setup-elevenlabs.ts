import { setUpElevenLabs } from '../carriers/elevenlabs/setup/setup.ts'
import { type Env, parseSetupConfig } from '../config/config.ts'
import { setupRequest } from '../infrastructure/setup-request.ts'
import { readDeployment } from './read-deployment.ts'

const OPTIONS = ['--take-over', '--another-webhook-secret']

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
