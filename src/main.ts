import { config as loadDotenv } from 'dotenv'
import { setUpElevenLabs } from './carriers/elevenlabs/setup.ts'
import { parseConfig, parseMigrateConfig, parseSetupConfig } from './config.ts'
import { setupRequest } from './elevenlabs-setup.ts'
import { toError } from './platform/errors.ts'

const migrations = new URL('../migrations/', import.meta.url)

const commands: Record<string, () => Promise<void>> = {
  async start() {
    const { startServer } = await import('./server.ts')
    stopOnSignal(await startServer(parseConfig(readEnv())))
  },
  async migrate() {
    const { migrate } = await import('./platform/migrate.ts')
    const { applied, functions } = await migrate(
      parseMigrateConfig(readEnv()).databaseUrl,
      migrations,
    )
    say(`Applied: ${applied.join(', ') || 'nothing new'}. Functions: ${functions}.`)
  },
  async 'setup:elevenlabs'() {
    const { lines } = await setUpElevenLabs(setupRequest(parseSetupConfig(readEnv())))
    for (const line of lines) say(line)
  },
  async openapi() {
    const { openapiCommand } = await import('./openapi-command.ts')
    say(await openapiCommand(process.argv.includes('--check')))
  },
  async sandbox() {
    const { startSandbox, isolateEnvironment } = await import('./sandbox/sandbox.ts')
    isolateEnvironment(process.env)
    stopOnSignal(await startSandbox({ env: process.env, migrations, say }))
  },
}

/** The environment, with `.env` for what it does not set. */
function readEnv(): NodeJS.ProcessEnv {
  loadDotenv({ quiet: true })
  return process.env
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The first signal stops in order, the second at once. */
function stopOnSignal(running: { stop(): Promise<void> }): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    running.stop().then(() => process.exit(0), fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function fail(thrown: unknown): void {
  process.stderr.write(`${toError(thrown).message}\n`)
  process.exit(1)
}

const name = process.argv[2] ?? 'start'
const command = commands[name]
if (command) command().catch(fail)
else fail(new Error(`Unknown command "${name}": one of ${Object.keys(commands).join(', ')}`))
