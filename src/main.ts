import { config as loadDotenv } from 'dotenv'
import { parseConfig, parseMigrateConfig } from './config/config.ts'
import { mistyped } from './config/mistyped.ts'
import { complain, runCommand, runUntilSignal, say } from './platform/process.ts'

const migrations = new URL('../migrations/', import.meta.url)

const commands: Record<string, () => Promise<void>> = {
  async start() {
    const { startServer } = await import('./server/server.ts')
    const env = readEnv()
    await runUntilSignal(async () => {
      const config = parseConfig(env)
      // Before anything can fail for it, and whatever is logged.
      for (const line of mistyped(env)) complain(line)
      return startServer(config)
    })
  },
  async version() {
    const { versionCommand } = await import('./commands/version.ts')
    say(await versionCommand(migrations))
  },
  async migrate() {
    const { migrate } = await import('./database/migrate/migrate.ts')
    const { applied, functions, views } = await migrate(
      parseMigrateConfig(readEnv()).databaseUrl,
      migrations,
      { say },
    )
    say(
      `Applied: ${applied.join(', ') || 'nothing new'}. Functions: ${functions}. Views: ${views.join(', ')}.`,
    )
  },
  async 'setup:elevenlabs'() {
    const { setupElevenLabsCommand } = await import('./commands/setup-elevenlabs.ts')
    await setupElevenLabsCommand(process.argv.slice(3), readEnv(), say)
  },
  async openapi() {
    const { openapiCommand } = await import('./commands/openapi.ts')
    say(await openapiCommand(process.argv.includes('--check')))
  },
  async 'db:types'() {
    const { dbTypesCommand } = await import('./commands/db-types/command.ts')
    say(await dbTypesCommand(process.argv.includes('--check')))
  },
  async doctor() {
    const { doctorCommand } = await import('./commands/doctor/command.ts')
    process.exitCode = await doctorCommand(process.argv.slice(3), readEnv(), say)
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
}

/** The environment, with `.env` for what it does not set. */
function readEnv(): NodeJS.ProcessEnv {
  loadDotenv({ quiet: true })
  return process.env
}

runCommand(process.argv[2] ?? 'start', commands)
