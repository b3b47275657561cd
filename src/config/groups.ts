import type { z } from 'zod'
import type { settings } from './settings.ts'
import type { Timings } from './timings.ts'

/** Where carriers reach this deployment: PUBLIC_URL, and in a move the one before. */
export function addressesOf(s: { PUBLIC_URL: string; PUBLIC_URL_PREVIOUS?: string | undefined }) {
  const before = s.PUBLIC_URL_PREVIOUS
  return [s.PUBLIC_URL, ...(before ? [before] : [])] as [current: string, ...before: string[]]
}

/** Where the database is, and how patient and how wide the way to it is. */
export function databaseOf(
  s: Pick<
    z.output<typeof settings>,
    | 'SUPABASE_URL'
    | 'SUPABASE_SECRET_KEY'
    | 'DATABASE_URL'
    | 'DATABASE_TIMEOUT_MS'
    | 'DATABASE_POOL_SIZE'
  >,
) {
  return {
    supabase:
      s.SUPABASE_URL && s.SUPABASE_SECRET_KEY
        ? { url: s.SUPABASE_URL, secretKey: s.SUPABASE_SECRET_KEY }
        : undefined,
    url: s.DATABASE_URL,
    timeoutMs: s.DATABASE_TIMEOUT_MS,
    poolSize: s.DATABASE_POOL_SIZE,
  }
}

/** Where members sign in on the console, and the public key by which its page may ask there. */
export function signInOf(
  s: Pick<z.output<typeof settings>, 'SUPABASE_URL' | 'AUTH_ISSUER' | 'SUPABASE_PUBLISHABLE_KEY'>,
) {
  if (s.SUPABASE_PUBLISHABLE_KEY === undefined) return undefined
  return {
    url: (s.AUTH_ISSUER ?? `${s.SUPABASE_URL}/auth/v1`).replace(/\/+$/, ''),
    publishableKey: s.SUPABASE_PUBLISHABLE_KEY,
  }
}

/** How it serves, and how it stops. */
export function serverOf(s: z.output<typeof settings>, t: Timings) {
  return {
    host: s.HOST,
    port: s.PORT,
    trustProxyHops: s.TRUST_PROXY_HOPS,
    shutdownNoticeMs: s.SHUTDOWN_NOTICE_MS,
    shutdownMs: t.shutdownMs,
    rateLimitPerMinute: s.RATE_LIMIT_PER_MINUTE,
    corsOrigins: s.CORS_ORIGINS ?? [],
    metrics: s.METRICS_PORT ? { port: s.METRICS_PORT, host: s.METRICS_HOST } : undefined,
  }
}

/** For how many days what is kept: the audit log, what was said, and recordings of it at the carriers. */
export function retentionOf(
  s: Pick<
    z.output<typeof settings>,
    'AUDIT_DAYS' | 'CONTENT_RETENTION_DAYS' | 'RECORDING_RETENTION_DAYS'
  >,
) {
  return {
    auditDays: s.AUDIT_DAYS,
    contentDays: s.CONTENT_RETENTION_DAYS,
    recordingDays: s.RECORDING_RETENTION_DAYS,
  }
}

/** How agents that answer texts are asked. */
export function repliesOf(
  s: Pick<z.output<typeof settings>, 'CARRIER_TIMEOUT_MS' | 'TEXT_REPLY_DEADLINE_MS'>,
  t: Timings,
) {
  return {
    intervalMs: t.repliesIntervalMs,
    deadlineMs: s.TEXT_REPLY_DEADLINE_MS,
    againMs: t.replyAgainMs,
    // Longer than the agent may take, and than sending all of its answer does.
    leaseMs: s.TEXT_REPLY_DEADLINE_MS + 4 * s.CARRIER_TIMEOUT_MS,
  }
}
