import { z } from 'zod'
import { mistyped } from './mistyped.ts'
import { readSecretFiles } from './secrets.ts'
import { type Given, secretNames, settingDefaults } from './settings.ts'

export type Env = Record<string, string | undefined>

/**
 * Parses the environment by (a part of) the settings. An empty value counts as absent, secrets may
 * stand in files, and the other names SERVER_URL and WEBHOOK_BASE_URL stand for PUBLIC_URL.
 * @throws Error that lists every missing, wrong and contradictory setting at once, and what is mistyped
 */
export function readSettings<T extends z.ZodObject>(
  schema: T,
  env: Env,
  check: (s: Given) => string[] = () => [],
): z.output<T> {
  const secrets = secretNames.filter((name) => name in schema.shape)
  const { values: given, faults } = readSecretFiles(secrets, withoutEmpty(env))
  const publicUrl = given.PUBLIC_URL ?? given.SERVER_URL ?? given.WEBHOOK_BASE_URL
  const values: Env = { ...given, ...(publicUrl && { PUBLIC_URL: publicUrl }) }
  const parsed = schema.safeParse(values)
  const wrong = [
    ...Object.values(faults),
    ...(parsed.error?.issues ?? [])
      .filter((issue) => !(String(issue.path[0]) in faults))
      .map((issue) => `${issue.path.join('.')}: ${problem(issue, values)}`),
    // A secret whose file is wrong counts as given, so that it is not missed besides.
    ...check({ ...settingDefaults, ...values, ...eachParsed(schema, values), ...faults }),
  ]
  if (wrong.length > 0 || !parsed.success) throw refusal([...wrong, ...mistyped(env)])
  return parsed.data
}

/** A secret that is no setting of the server, by the same rule. @throws Error as readSettings */
export function readSecretSetting(name: string, env: Env): string | undefined {
  const { values, faults } = readSecretFiles([name], withoutEmpty(env))
  if (faults[name]) throw refusal(Object.values(faults))
  return values[name]?.trim()
}

function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
}

/** What the settings that are right, each for itself, are taken for: equal ones may be written in two ways. */
function eachParsed(schema: z.ZodObject, values: Env): Given {
  return Object.fromEntries(
    Object.entries(schema.shape)
      .map(([name, field]) => [name, z.safeParse(field, values[name]).data])
      .filter(([, value]) => value !== undefined),
  )
}

function refusal(wrong: string[]): Error {
  return new Error(
    `These settings are missing or wrong (.env.example describes them):\n- ${wrong.join('\n- ')}`,
  )
}

function problem(issue: z.core.$ZodIssue, values: Env): string {
  return String(issue.path[0]) in values ? issue.message : 'is missing'
}
