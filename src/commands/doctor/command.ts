import { parseArgs } from 'node:util'
import { type Config, type Env, parseConfig, secretsOf } from '../../config/config.ts'
import { mistyped } from '../../config/mistyped.ts'
import { secretNames } from '../../config/settings.ts'
import { toError } from '../../platform/errors.ts'
import { createLogger, createSecretScrubber } from '../../platform/logger.ts'
import { createContext } from '../../server/context.ts'
import type { CheckResult } from '../../server/doctor/check.ts'
import { worstOf } from '../../server/doctor/run-checks.ts'
import { fixAll } from './fix.ts'
import { linesOf } from './lines.ts'

const USAGE = `npm run doctor -- [--fix] [--json]
  Checks the settings of .env and the environment, the database, PUBLIC_URL, the clock, Twilio and
  ElevenLabs, and says what to do. It changes nothing and spends nothing.
  --fix   also carries out the remedies that need no person: migrate, setup:elevenlabs, a repair of
          the numbers. It announces each step, takes over nothing from another deployment, and buys nothing.
  --json  prints one JSON object instead of lines.
  The exit code is 1 if there is any error, and 0 otherwise. Warnings do not count.`

/**
 * `npm run doctor`. Answers the exit code: 1 where any check found an error.
 * @throws Error about its arguments alone
 */
export async function doctorCommand(
  args: string[],
  env: Env,
  write: (line: string) => void,
): Promise<number> {
  const options = readArgs(args)
  const scrub = createSecretScrubber(
    secretNames.flatMap((name) => [env[name]?.trim()].filter((value) => value !== undefined)),
  )
  const say = (line: string) => write(scrub(line))
  const report = (results: CheckResult[]) => {
    if (!options.json) return linesOf(results).forEach(say)
    say(JSON.stringify({ outcome: worstOf(results), checks: results }))
  }

  let config: Config
  try {
    config = parseConfig(env)
  } catch (thrown) {
    report(wrongSettings(toError(thrown)))
    if (!options.json) say('The other checks begin once all settings are right.')
    return 1
  }
  const context = createContext(config, { log: createLogger({ level: 'silent' }) })
  try {
    let results = [...slips(env), ...(await context.doctor.runChecks())]
    report(results)
    if (options.fix) {
      const sayOfFix = createSecretScrubber(secretsOf(config))
      await fixAll(results, context, (line) => say(sayOfFix(line)))
      results = [...slips(env), ...(await context.doctor.runChecks())]
      report(results)
    }
    return worstOf(results) === 'error' ? 1 : 0
  } finally {
    await context.db.close()
  }
}

/** All that is missing, wrong or contradictory, of which each has a line in what a start refuses. */
function wrongSettings({ message }: Error): CheckResult[] {
  const [, ...wrong] = message.split('\n- ')
  const lines = wrong.length > 0 ? wrong : [message]
  return lines.map((seen) => ({
    check: 'settings',
    outcome: 'error',
    seen: /[.!?]$/.test(seen) ? seen : `${seen}.`,
    remedy: 'Correct it in .env, as .env.example describes it.',
    fix: null,
  }))
}

function slips(env: Env): CheckResult[] {
  return mistyped(env).map((line) => ({
    check: 'settings',
    outcome: 'warning',
    seen: `${line}.`,
    remedy: 'Correct the name in .env, or take it out.',
    fix: null,
  }))
}

function readArgs(args: string[]): { fix: boolean; json: boolean } {
  try {
    const { fix = false, json = false } = parseArgs({
      args,
      options: { fix: { type: 'boolean' }, json: { type: 'boolean' } },
    }).values
    if (fix && json) throw new Error('--fix tells its steps as lines: leave out --json')
    return { fix, json }
  } catch (thrown) {
    throw new Error(`${toError(thrown).message}\n${USAGE}`)
  }
}
