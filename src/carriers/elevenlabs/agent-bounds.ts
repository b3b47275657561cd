import type { DailyCalls, DailyConversations } from '../ports/agent-editor.ts'

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
 * somebody gave it stay, and bursting, which bills what is over them at double the price, is off. `daily`: of one that is
 * new, or that exists; absent: its own limit, or the usual one.
 */
export function boundsFor(
  actual: Bounded | undefined,
  bounds: AgentBounds,
  daily?: DailyCalls | DailyConversations | undefined,
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
        daily_limit: dailyLimit(given(limits?.daily_limit), bounds.daily, daily),
        bursting_enabled: false,
      },
      ...(bounds.auth && { auth: { enable_auth: true } }),
    },
  }
}

function dailyLimit(
  its: number | undefined,
  usual: number,
  daily: DailyCalls | DailyConversations | undefined,
): number {
  if (daily && 'most' in daily) return Math.min(its ?? usual, daily.most)
  if (daily) return its === undefined || daily.ours.includes(its) ? daily.wanted : its
  return its ?? usual
}

/** For how many texts a day a limit leaves room beside calls. */
export function roomForReplies(limit: number, { calls, replies }: DailyConversations): number {
  return Math.max(0, Math.min(replies, limit - calls))
}

/** A limit that is one; undefined: as good as none. */
export function given(limit: number | null | undefined): number | undefined {
  return limit && limit > 0 && limit < VENDORS_DAILY ? limit : undefined
}
