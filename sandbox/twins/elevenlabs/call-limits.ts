import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import { isObject } from './deep-merge.ts'
import { elevenLabsError } from './errors.ts'
import type { AgentRow } from './model.ts'

const DAY = 24 * 3_600

/** Why an agent may have no further conversation now; undefined: it may. */
export function limitReached(
  { state }: World,
  agent: AgentRow,
): { code: string; message: string } | undefined {
  const limits = isObject(agent.platform_settings.call_limits)
    ? agent.platform_settings.call_limits
    : {}
  const { agent_concurrency_limit: atOnce, daily_limit: daily, bursting_enabled: bursts } = limits
  const since = unixNow() - DAY
  const recent = state.elevenlabs.conversations.filter(
    (row) =>
      row.agent_id === agent.agent_id &&
      row.status !== 'failed' &&
      row.metadata.start_time_unix_secs > since,
  )
  const running = recent.filter(({ status }) => status === 'in-progress')
  if (typeof daily === 'number' && recent.length >= daily)
    return {
      code: 'daily_limit_reached',
      message: `The agent has reached its daily limit of ${daily} conversations`,
    }
  if (typeof atOnce === 'number' && atOnce >= 0 && bursts === false && running.length >= atOnce)
    return {
      code: 'too_many_concurrent_requests',
      message: `The agent has ${running.length} conversations at the same time, as many as it may`,
    }
  return undefined
}

/**
 * Refuses what would open one conversation too many. The vendor documents the status of its limits, and not
 * what it says of the daily one: nobody may go by that code.
 */
export function requireRoom(world: World, agent: AgentRow): void {
  const reached = limitReached(world, agent)
  if (reached) throw elevenLabsError(429, reached.code, reached.message)
}
