import { z } from 'zod'

/** The checks, in the order in which they are shown: the first of several faults is often the cause. */
export const CHECKS = [
  'settings',
  'base_urls',
  'database',
  'database_connection',
  'public_url',
  'clock',
  'twilio_account',
  'twilio_balance',
  'twilio_countries',
  'messaging_services',
  'elevenlabs_agent',
  'elevenlabs_questions',
  'elevenlabs_reports',
  'sweep',
] as const

export type CheckName = (typeof CHECKS)[number]

/** What `npm run doctor -- --fix` can do about a finding. */
export const FIXES = ['migrate', 'setup:elevenlabs', 'repair'] as const
export type Fix = (typeof FIXES)[number]

/** What a check saw, and what to do about it. */
export const CheckResult = z.object({
  check: z.enum(CHECKS),
  outcome: z
    .enum(['ok', 'warning', 'error'])
    .describe('warning: it works, and somebody should look; error: callers or texts suffer'),
  seen: z.string(),
  remedy: z.string().nullable().describe('what to do; null where there is nothing to do'),
  fix: z
    .enum(FIXES)
    .nullable()
    .describe('what npm run doctor -- --fix would run; null: it is for a person'),
})
export type CheckResult = z.infer<typeof CheckResult>

/** What one check found; `fix` where the command can do it. */
export type Finding =
  | { outcome: 'ok'; seen: string }
  | { outcome: 'warning' | 'error'; seen: string; remedy: string; fix?: Fix }

/** Looks, and changes nothing. May throw what the carriers and the database throw. */
export type Check = (signal: AbortSignal) => Promise<Finding | Finding[]>

export const ok = (seen: string): Finding => ({ outcome: 'ok', seen })

export const warning = (seen: string, remedy: string, fix?: Fix): Finding => ({
  outcome: 'warning',
  seen,
  remedy,
  ...(fix && { fix }),
})

export const error = (seen: string, remedy: string, fix?: Fix): Finding => ({
  outcome: 'error',
  seen,
  remedy,
  ...(fix && { fix }),
})
