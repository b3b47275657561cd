import { isObject } from './deep-merge.ts'
import type { AgentRow, JsonObject } from './model.ts'
import { StartFailure } from './start-failure.ts'

/**
 * Throws a `StartFailure` when an override sets a field that the agent does not open for it:
 * `platform_settings.overrides.conversation_config_override` must be true at the same place.
 */
export function requireAllowed(agent: AgentRow, override: JsonObject): void {
  const overrides = agent.platform_settings.overrides
  const allowed = isObject(overrides) ? overrides.conversation_config_override : undefined
  const refused = firstRefused(override, allowed, [])
  if (refused !== undefined) {
    throw new StartFailure(`Override for field '${refused}' is not allowed by config`)
  }
}

function firstRefused(value: unknown, allowed: unknown, path: string[]): string | undefined {
  if (allowed === true || value === null || value === undefined) return undefined
  if (!isObject(value)) return path.join('.')
  for (const [key, inner] of Object.entries(value)) {
    const rule = isObject(allowed) ? allowed[key] : undefined
    const refused = firstRefused(inner, rule, [...path, key])
    if (refused !== undefined) return refused
  }
  return undefined
}
