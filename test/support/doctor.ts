import { expect } from 'vitest'
import { doctorCommand } from '../../src/commands/doctor/command.ts'
import { secretsOf } from '../../src/config/config.ts'
import { secretNames } from '../../src/config/settings.ts'
import type { CheckResult } from '../../src/server/doctor/check.ts'
import type { World } from './world.ts'

type Env = Record<string, string | undefined>

/**
 * `npm run doctor` with the settings of a world and `changed` in their place; what it says has no secret in it,
 * or this throws.
 */
export async function runDoctor(world: World, args: string[] = [], changed: Env = {}) {
  const env: Env = { ...world.env, ...changed }
  const lines: string[] = []
  const code = await doctorCommand(args, env, (line) => lines.push(line))
  const output = lines.join('\n')
  const secrets = [...secretsOf(world.config), ...secretNames.flatMap((name) => env[name] ?? [])]
  for (const secret of secrets.filter(Boolean))
    expect(output, 'what the doctor says').not.toContain(secret)
  return { code, output }
}

/** Its results, as it gives them to machines. */
export async function diagnose(world: World, changed: Env = {}) {
  const { code, output } = await runDoctor(world, ['--json'], changed)
  const { outcome, checks } = JSON.parse(output) as { outcome: string; checks: CheckResult[] }
  return { code, outcome, checks, errors: checks.filter((each) => each.outcome === 'error') }
}
