import { config as loadDotenv } from 'dotenv'
import { setUpElevenLabs } from './carriers/elevenlabs/setup/setup.ts'
import { setupRequest } from './commands/setup-elevenlabs.ts'
import { parseConfig, parseMigrateConfig, parseSetupConfig } from './config/config.ts'
import { toError } from './platform/errors.ts'

const migrations = new URL('../migrations/', import.meta.url)

const commands: Record<string, () => Promise<void>> = {
  async start() {
    const { startServer } = await import('./server/server.ts')
    await runUntilSignal(() => startServer(parseConfig(readEnv())))
  },
  async migrate() {
    const { migrate } = await import('./database/migrate/migrate.ts')
    const { applied, functions } = await migrate(
      parseMigrateConfig(readEnv()).databaseUrl,
      migrations,
      { say },
    )
    say(`Applied: ${applied.join(', ') || 'nothing new'}. Functions: ${functions}.`)
  },
  async 'setup:elevenlabs'() {
    const { lines } = await setUpElevenLabs(setupRequest(parseSetupConfig(readEnv())))
    for (const line of lines) say(line)
  },
  async openapi() {
    const { openapiCommand } = await import('./commands/openapi.ts')
    say(await openapiCommand(process.argv.includes('--check')))
  },
  async provision() {
    const { provisionCommand } = await import('./commands/provision/command.ts')
    process.exitCode = await provisionCommand(process.argv.slice(3), readEnv(), process.stdout)
  },
  async 'erasures:reapply'() {
    const { reapplyCommand } = await import('./commands/reapply/command.ts')
    const streams = { input: process.stdin, output: process.stdout }
    process.exitCode = await reapplyCommand(process.argv.slice(3), readEnv(), streams)
  },
  async sandbox() {
    const { startSandbox, isolateEnvironment } = await import('../sandbox/sandbox.ts')
    isolateEnvironment(process.env)
    await runUntilSignal(() => startSandbox({ env: process.env, migrations, say }))
  },
  async demo() {
    const { isolateEnvironment } = await import('../sandbox/environment.ts')
    const { runDemo } = await import('../sandbox/demo/demo.ts')
    isolateEnvironment(process.env)
    await runDemo({ migrations, say })
    process.exit(0)
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

/**
 * Starts something and stops it in order at the first signal, also at one that comes while it
 * starts; the second ends the process at once. SIGHUP is a closed terminal.
 */
async function runUntilSignal(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  const signaled = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        resolve()
        process.on(signal, () => process.exit(1))
      })
    }
  })
  const running = await start()
  await signaled
  await running.stop()
  process.exit(0)
}

function fail(thrown: unknown): void {
  process.stderr.write(`${toError(thrown).message}\n`)
  process.exit(1)
}

const name = process.argv[2] ?? 'start'
const command = commands[name]
if (command) command().catch(fail)
else fail(new Error(`Unknown command "${name}": one of ${Object.keys(commands).join(', ')}`))
