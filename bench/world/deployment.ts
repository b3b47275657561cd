import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { createDatabaseIfMissing } from '../../sandbox/create-database.ts'
import { ownSettings } from '../../sandbox/environment.ts'
import { setUpElevenLabs } from '../../src/carriers/elevenlabs/setup/setup.ts'
import { readDeployment } from '../../src/commands/read-deployment.ts'
import { parseSetupConfig } from '../../src/config/config.ts'
import { setupRequest } from '../../src/infrastructure/setup-request.ts'
import { reservePort } from '../../test/support/reserved-port.ts'
import { type MeasuredProcess, startProcess } from './measured-process.ts'

export const INIT_SECRET = 'bench-init-secret-0123456789'

/** What every deployment of a run stands on. */
export interface Ground {
  /** Where logs go. */
  folder: string
  databaseUrl(name: string): string
  /** Twilio's and Supabase's twins. */
  twins: string
  /** ElevenLabs' twin, whose register-call takes no time. */
  elevenLabs: string
}

export interface Deployment {
  name: string
  databaseUrl: string
  settings: Record<string, string>
  /** Starts a server of it, `first` on the port that the vendors know, with some settings in the place of others. */
  start(label: string, changed?: Record<string, string>): Promise<Server>
}

export interface Server extends MeasuredProcess {
  origin: string
}

/** A deployment of the product as it stands in `checkout`, with a migrated database of its own. */
export async function createDeployment(
  ground: Ground,
  name: string,
  checkout: string,
): Promise<Deployment> {
  const databaseUrl = ground.databaseUrl(name)
  await createDatabaseIfMissing(ground.databaseUrl('postgres'), name)
  const main = join(checkout, 'src/main.ts')
  execFileSync(process.execPath, [main, 'migrate'], {
    cwd: ground.folder,
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
  })
  const port = await reservePort()
  const settings: Record<string, string> = {
    ...ownSettings({ port, twins: ground.twins, databaseUrl, initSecret: INIT_SECRET }),
    ELEVENLABS_BASE_URL: ground.elevenLabs,
  }
  const config = parseSetupConfig(settings)
  const { agentId, webhookSecret } = await setUpElevenLabs(
    setupRequest(config, await readDeployment(config.database)),
  )
  settings.ELEVENLABS_AGENT_ID = agentId
  if (webhookSecret) settings.ELEVENLABS_WEBHOOK_SECRET = webhookSecret

  return {
    name,
    databaseUrl,
    settings,
    async start(label, changed = {}) {
      const ownPort = String(label === 'first' ? port : await reservePort())
      const started = await startProcess({
        folder: ground.folder,
        checkout,
        args: ['-r', join(checkout, 'src/require-node.cjs'), main, 'start'],
        env: { ...settings, PORT: ownPort, ...changed },
        logFile: join(ground.folder, `${name}-${label}.log`),
        ready: /"msg":"database answers"/,
      })
      return { ...started, origin: `http://127.0.0.1:${ownPort}` }
    },
  }
}
