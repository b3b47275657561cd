import type { DailyCalls } from '../ports/agent-editor.ts'

/**
 * How much an agent may be talked to. Whoever knows its id may, past this server and at the deployment's
 * expense, unless it asks for a token (`auth`).
 */
export interface AgentBounds {
  /** Conversations at the same time, and in a day. */
  concurrency: number
  daily: number
  /** How long a conversation may last. */
  minutes: number
  /** Only who has a token of the workspace may talk to it; false: it is left as it is. */
  auth: boolean
}

/** The part of an agent that says so, as agents.get answers it. */
interface Bounded {
  conversation_config: {
    conversation?: { max_duration_seconds?: number | null | undefined } | null | undefined
  }
  platform_settings?:
    | {
        call_limits?:
          | {
              agent_concurrency_limit?: number | null | undefined
              daily_limit?: number | null | undefined
            }
          | null
          | undefined
      }
    | null
    | undefined
}

/** What a new agent has: as good as none. Source: ElevenLabs, AgentCallLimits: -1 is no limit. */
const VENDORS_DAILY = 100_000

/**
 * What is ours to say of an agent's bounds, beside what it has (undefined: it is new): bounds that
 * somebody gave it stay, and bursting, which bills what is over them at double the price, is off.
 */
export function boundsFor(
  actual: Bounded | undefined,
  bounds: AgentBounds,
  dailyCalls?: DailyCalls | undefined,
) {
  const limits = actual?.platform_settings?.call_limits
  const seconds = actual?.conversation_config.conversation?.max_duration_seconds
  const most = bounds.minutes * 60
  return {
    conversation_config: {
      conversation: { max_duration_seconds: seconds && seconds < most ? seconds : most },
    },
    platform_settings: {
      call_limits: {
        agent_concurrency_limit: given(limits?.agent_concurrency_limit) ?? bounds.concurrency,
        daily_limit: dailyLimit(given(limits?.daily_limit), bounds.daily, dailyCalls),
        bursting_enabled: false,
      },
      ...(bounds.auth && { auth: { enable_auth: true } }),
    },
  }
}

function dailyLimit(
  its: number | undefined,
  usual: number,
  wanted: DailyCalls | undefined,
): number {
  if (wanted && 'most' in wanted) return Math.min(its ?? usual, wanted.most)
  return its === undefined || its === wanted?.noLonger ? usual : its
}

function given(limit: number | null | undefined): number | undefined {
  return limit && limit > 0 && limit < VENDORS_DAILY ? limit : undefined
}
