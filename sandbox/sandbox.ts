import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { setUpElevenLabs } from '../src/carriers/elevenlabs/setup/setup.ts'
import { readDeployment } from '../src/commands/read-deployment.ts'
import { parseConfig, parseSetupConfig, secretsOf } from '../src/config/config.ts'
import { mistyped } from '../src/config/mistyped.ts'
import { migrate } from '../src/database/migrate/migrate.ts'
import { setupRequest } from '../src/infrastructure/setup-request.ts'
import { createLogger } from '../src/platform/logger.ts'
import { startServer } from '../src/server/server.ts'
import { createDatabaseIfMissing } from './create-database.ts'
import { inheritedSettings, mailSettings, ownSettings } from './environment.ts'
import { moveHere } from './move-here.ts'
import { moveImports } from './move-imports.ts'
import { DataInUse } from './postgres/acquire-server.ts'
import { startEmbeddedPostgres } from './postgres/embedded-postgres.ts'
import { requireFreePorts } from './require-free-ports.ts'
import { openSecrets } from './secrets.ts'
import { TIMINGS, timingsOf } from './timings.ts'
import { startTwins } from './twins/twins.ts'
import { welcome } from './welcome.ts'

export interface Sandbox {
  origin: string
  twins: string
  stop(): Promise<void>
}

/**
 * The whole product without accounts or network: PostgreSQL, the vendors' twins, and the real
 * server. PORT, SANDBOX_PORT and SANDBOX_DATA choose ports and folder. Data stay in the folder;
 * starting again over them works, also on other ports. The server logs to `log`, or else to a file of
 * the folder. Whatever was started is stopped when a later part fails. `env` is the environment as it
 * was given, in which slips are still to be seen.
 */
export async function startSandbox(options: {
  env: Record<string, string | undefined>
  migrations: URL
  say: (line: string) => void
  log?: { write(line: string): unknown }
}): Promise<Sandbox> {
  const { env, say } = options
  const folder = resolve(env.SANDBOX_DATA ?? '.sandbox')
  const chosen = inheritedSettings(env)
  for (const line of mistyped(env, ['SANDBOX_PORT', 'SANDBOX_DATA', TIMINGS])) say(line)
  const ports = { server: port(env.PORT, 3000), twins: port(env.SANDBOX_PORT, 3001) }
  mkdirSync(folder, { recursive: true })

  const started: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const stopPart of started.splice(0).reverse()) await stopPart()
  }
  try {
    await requireFreePorts(Object.values(ports))
    const postgres = await startEmbeddedPostgres({
      folder: join(folder, 'postgres'),
      durable: true,
      say,
    })
    started.push(postgres.stop)
    const databaseUrl = postgres.url('orgline')
    await createDatabaseIfMissing(postgres.url('postgres'), 'orgline')
    await migrate(databaseUrl, options.migrations)

    const twins = await startTwins({
      port: ports.twins,
      stateFile: join(folder, 'twins.json'),
    })
    started.push(twins.close)

    const secrets = openSecrets(join(folder, 'secrets.json'))
    const parts = {
      port: ports.server,
      twins: twins.origin,
      databaseUrl,
      initSecret: secrets.values.initSecret,
    }
    const settings = ownSettings(parts, { ...mailSettings(twins.smtpUrl, ports.server), ...chosen })
    const setupConfig = parseSetupConfig({
      ...settings,
      ELEVENLABS_WEBHOOK_SECRET: secrets.values.webhookSecret,
    })
    // Its port may be another than last time; a sandbox is nobody's copy.
    const setup = await setUpElevenLabs(
      setupRequest(setupConfig, await readDeployment(setupConfig.database), { takeOver: true }),
    )
    if (setup.webhookSecret) secrets.keep({ webhookSecret: setup.webhookSecret })

    const config = parseConfig(
      {
        ...settings,
        ELEVENLABS_AGENT_ID: setup.agentId,
        ELEVENLABS_WEBHOOK_SECRET: secrets.values.webhookSecret,
      },
      timingsOf(env),
    )
    const logFile = join(folder, 'server.log')
    const log = createLogger({
      level: config.logLevel,
      secrets: secretsOf(config),
      destination: options.log ?? pino.destination({ dest: logFile, sync: true }),
    })
    await moveImports(databaseUrl, twins.origin)
    await moveHere(config, log)
    const server = await startServer(config, { log })
    started.push(server.stop)

    for (const line of welcome({
      origin: config.publicUrl,
      twins: twins.origin,
      databaseUrl,
      log: options.log ? 'this terminal' : logFile,
      folder,
    }))
      say(line)
    return { origin: config.publicUrl, twins: twins.origin, stop }
  } catch (error) {
    await stop()
    throw withHint(error)
  }
}

function port(value: string | undefined, fallback: number): number {
  const number = Number(value?.trim() || fallback)
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number
  throw new Error(`"${value}" is not a port: PORT and SANDBOX_PORT take a number from 1 to 65535`)
}

/** As a second sandbox is started beside the first. */
const SECOND = 'SANDBOX_DATA=.sandbox-2 PORT=4000 SANDBOX_PORT=4001 npm run sandbox'

function withHint(error: unknown): unknown {
  if (error instanceof DataInUse) {
    const choose = 'SANDBOX_DATA chooses the folder; a second sandbox needs other ports, too'
    return new Error(`${error.message} ${choose}, e.g. ${SECOND}`, { cause: error })
  }
  const { code, port: taken } = error as { code?: string; port?: number }
  if (code !== 'EADDRINUSE') return error
  return new Error(
    `Port ${taken} is in use: choose others, e.g. PORT=4000 SANDBOX_PORT=4001 npm run sandbox. ` +
      `A second sandbox needs another folder, too: ${SECOND}`,
    { cause: error },
  )
}
