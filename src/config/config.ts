import querystring from 'node:querystring'
import type { z } from 'zod'
import { contradictions, setupContradictions } from './contradictions.ts'
import { deepFreeze } from './deep-freeze.ts'
import { addressesOf, databaseOf, repliesOf, retentionOf, serverOf, signInOf } from './groups.ts'
import { mailOf, mailSecrets } from './mail/mail.ts'
import { type Env, readSecretSetting, readSettings } from './read-settings.ts'
import { serverUrl, settings } from './settings.ts'
import { spendingOf } from './spending.ts'
import { type Timings, timings } from './timings.ts'

export type { Env } from './read-settings.ts'

export type Config = ReturnType<typeof group>
export type SetupConfig = ReturnType<typeof parseSetupConfig>

/**
 * The settings of the server, grouped and frozen. The other names SERVER_URL and WEBHOOK_BASE_URL
 * stand for PUBLIC_URL. An empty value counts as absent. `others`: in the place of the timings that production has.
 * @throws Error that lists every missing, wrong and contradictory setting at once
 */
export function parseConfig(env: Env, others: Partial<Timings> = {}): Config {
  return deepFreeze(group(readSettings(settings, env, contradictions), { ...timings, ...others }))
}

/** What `npm run migrate` needs. @throws Error as parseConfig */
export function parseMigrateConfig(env: Env): { databaseUrl: string } {
  const s = readSettings(settings.pick({ DATABASE_URL: true }).required(), env)
  return { databaseUrl: s.DATABASE_URL }
}

/** What `npm run setup:elevenlabs` needs; the agent may not exist yet. @throws Error as parseConfig */
export function parseSetupConfig(env: Env) {
  const s = readSettings(
    settings
      .pick({
        PUBLIC_URL: true,
        PUBLIC_URL_PREVIOUS: true,
        ELEVENLABS_API_KEY: true,
        ELEVENLABS_AGENT_ID: true,
        ELEVENLABS_TEMPLATE_AGENT_ID: true,
        ELEVENLABS_BASE_URL: true,
        ELEVENLABS_INIT_SECRET: true,
        ELEVENLABS_WEBHOOK_SECRET: true,
        ELEVENLABS_AGENT_AUTH: true,
        CALL_MAX_MINUTES: true,
        SHARED_AGENT_DAILY_REPLIES: true,
        CARRIER_TIMEOUT_MS: true,
        SUPABASE_URL: true,
        SUPABASE_SECRET_KEY: true,
        DATABASE_URL: true,
        DATABASE_TIMEOUT_MS: true,
      })
      .partial({ ELEVENLABS_AGENT_ID: true }),
    env,
    setupContradictions,
  )
  return {
    addresses: addressesOf(s),
    database: databaseOf({ ...s, DATABASE_POOL_SIZE: 1 }),
    elevenLabs: {
      apiKey: s.ELEVENLABS_API_KEY,
      agentId: s.ELEVENLABS_AGENT_ID,
      templateId: s.ELEVENLABS_TEMPLATE_AGENT_ID,
      baseUrl: s.ELEVENLABS_BASE_URL,
      initSecrets: [s.ELEVENLABS_INIT_SECRET] as [string, ...string[]],
      webhookSecret: s.ELEVENLABS_WEBHOOK_SECRET,
      agentAuth: s.ELEVENLABS_AGENT_AUTH === 'on',
      callMinutes: s.CALL_MAX_MINUTES,
      sharedReplies: s.SHARED_AGENT_DAILY_REPLIES,
      timeoutMs: s.CARRIER_TIMEOUT_MS,
    },
  }
}

/**
 * What `npm run provision` and `npm run erasures:reapply` need: a server, and a key of its operators. `url` and ORGLINE_ADMIN_KEY
 * stand for PUBLIC_URL and the first of ADMIN_API_KEYS. @throws Error as parseConfig
 */
export function parseProvisionConfig(env: Env, url: string | undefined) {
  const key = readSecretSetting('ORGLINE_ADMIN_KEY', env)
  const s = readSettings(
    settings
      .pick({ PUBLIC_URL: true, ADMIN_API_KEYS: true })
      .partial({ ADMIN_API_KEYS: true })
      .extend({ PUBLIC_URL: url === undefined ? settings.shape.PUBLIC_URL : serverUrl }),
    { ...env, ...(url !== undefined && { PUBLIC_URL: url }) },
    (given) => (key || given.ADMIN_API_KEYS ? [] : ['ADMIN_API_KEYS: is missing']),
  )
  return { url: s.PUBLIC_URL, key: key || (s.ADMIN_API_KEYS?.[0]?.key ?? '') }
}

function group(s: z.output<typeof settings>, t: Timings) {
  return {
    publicUrl: s.PUBLIC_URL,
    addresses: addressesOf(s),
    server: serverOf(s, t),
    logLevel: s.LOG_LEVEL,
    // Longer than a request takes: what it waits for, and one step that goes on beyond that.
    idempotencyLeaseMs: Math.max(s.SIGNUP_WAIT_MS, s.BATCH_WAIT_MS) + 4 * s.CARRIER_TIMEOUT_MS,
    database: databaseOf(s),
    auth: {
      jwksUrl:
        s.AUTH_JWKS_URL ??
        (s.SUPABASE_URL ? `${s.SUPABASE_URL}/auth/v1/.well-known/jwks.json` : undefined),
      hs256Secret: s.AUTH_HS256_SECRET,
      issuer: s.AUTH_ISSUER ?? `${s.SUPABASE_URL}/auth/v1`,
      adminKeys: s.ADMIN_API_KEYS,
      signIn: signInOf(s),
    },
    twilio: {
      accountSid: s.TWILIO_ACCOUNT_SID,
      authToken: s.TWILIO_AUTH_TOKEN,
      previousAuthToken: s.TWILIO_AUTH_TOKEN_PREVIOUS,
      baseUrl: s.TWILIO_BASE_URL,
      timeoutMs: s.CARRIER_TIMEOUT_MS,
    },
    elevenLabs: {
      apiKey: s.ELEVENLABS_API_KEY,
      agentId: s.ELEVENLABS_AGENT_ID,
      baseUrl: s.ELEVENLABS_BASE_URL,
      initSecret: s.ELEVENLABS_INIT_SECRET,
      previousInitSecret: s.ELEVENLABS_INIT_SECRET_PREVIOUS,
      webhookSecret: s.ELEVENLABS_WEBHOOK_SECRET,
      previousWebhookSecret: s.ELEVENLABS_WEBHOOK_SECRET_PREVIOUS,
      timeoutMs: s.CARRIER_TIMEOUT_MS,
      readAgainMs: t.readAgainMs,
    },
    numbers: {
      import: s.ELEVENLABS_IMPORT,
      voiceFallbackUrl: s.VOICE_FALLBACK_URL,
      usSmsStatus: s.US_SMS_STATUS,
      purchaseDailyLimits: {
        first: s.PURCHASE_DAILY_LIMIT,
        further: s.PURCHASE_DAILY_LIMIT_FURTHER,
        operators: s.PURCHASE_DAILY_LIMIT_OPERATORS ?? s.PURCHASE_DAILY_LIMIT,
      },
    },
    organizations: {
      defaultName: s.DEFAULT_ORGANIZATION_NAME,
      maxPerUser: s.MAX_ORGANIZATIONS_PER_USER,
      maxPerHour: s.SIGNUPS_PER_HOUR,
      needsApproval: s.SIGNUP_MODE === 'approval',
      signupWaitMs: s.SIGNUP_WAIT_MS,
    },
    pool: {
      min: s.POOL_MIN,
      target: s.POOL_TARGET,
      intervalMs: t.poolIntervalMs,
      batchWaitMs: s.BATCH_WAIT_MS,
      numberCost: s.NUMBER_MONTHLY_COST,
      maxPerOrganization: s.MAX_NUMBERS_PER_ORGANIZATION,
    },
    precallDeadlineMs: s.PRECALL_DEADLINE_MS,
    voice: {
      inbound: s.INBOUND_VOICE,
      deadlineMs: s.VOICE_DEADLINE_MS,
      maxOfCaller: s.INBOUND_CALLER_HOURLY_CALLS,
      maxOfNumber: s.INBOUND_NUMBER_HOURLY_CALLS,
    },
    calls: {
      fallback:
        s.DEFAULT_PHONE_NUMBER && s.DEFAULT_ELEVENLABS_PHONE_ID
          ? {
              phoneNumber: s.DEFAULT_PHONE_NUMBER,
              elevenLabsPhoneId: s.DEFAULT_ELEVENLABS_PHONE_ID,
            }
          : undefined,
      intervalMs: t.callsIntervalMs,
      scanIntervalMs: t.callsScanIntervalMs,
      overdueMs: t.callOverdueMs,
      pollMs: t.callPollMs,
      maxPolls: t.callMaxPolls,
    },
    catchUp: { intervalMs: t.catchUpIntervalMs, minAgeMs: t.catchUpMinAgeMs },
    spending: spendingOf(s),
    replies: repliesOf(s, t),
    messages: { sharedServiceSid: s.TWILIO_MESSAGING_SERVICE_SID },
    orders: {
      intervalMs: t.ordersIntervalMs,
      concurrency: s.ORDERS_CONCURRENCY,
      // One step may read, change and read back before it records anything.
      leaseMs: 4 * s.CARRIER_TIMEOUT_MS,
      pollMs: t.orderPollMs,
      backoffMs: t.orderBackoffMs,
      backoffMaxMs: t.orderBackoffMaxMs,
      maxAttempts: s.ORDER_MAX_ATTEMPTS,
      recheckIntervalMs: t.orderRecheckIntervalMs,
      accountPauseMs: t.accountPauseMs,
    },
    reconcile: { intervalMs: s.RECONCILE_INTERVAL_MS },
    agents: {
      templateId: s.ELEVENLABS_TEMPLATE_AGENT_ID,
      maxAgents: s.MAX_AGENTS_PER_ORGANIZATION,
      bounds: {
        concurrency: s.AGENT_CONCURRENCY,
        daily: s.AGENT_DAILY_CALLS,
        minutes: s.CALL_MAX_MINUTES,
        auth: s.ELEVENLABS_AGENT_AUTH === 'on',
      },
      maxPerOrganization: s.MAX_NUMBERS_PER_ORGANIZATION,
      quarantineDays: s.QUARANTINE_DAYS,
      // Longer than all requests that make one agent.
      leaseMs: 8 * s.CARRIER_TIMEOUT_MS,
    },
    usage: {
      rates: {
        number: s.NUMBER_MONTHLY_COST,
        segment: s.RATE_SMS_SEGMENT,
        minute: s.RATE_VOICE_MINUTE,
        agentMinute: s.RATE_AGENT_MINUTE,
        textReply: s.RATE_TEXT_REPLY,
      },
      intervalMs: t.usageIntervalMs,
    },
    releases: { quarantineDays: s.QUARANTINE_DAYS, intervalMs: t.releaseIntervalMs },
    inactive: { days: s.INACTIVE_DAYS, intervalMs: t.inactiveIntervalMs },
    retention: retentionOf(s),
    alerts: { webhookUrl: s.ALERT_WEBHOOK_URL, intervalMs: t.alertsIntervalMs },
    mail: mailOf(s, t),
    events: {
      allowLoopback: s.ALLOW_LOOPBACK_WEBHOOKS === 'true',
      intervalMs: t.eventsIntervalMs,
    },
  }
}

/** The values that must never appear in a log. */
export function secretsOf(config: Config): string[] {
  const { twilio, elevenLabs, auth, database, alerts } = config
  const password = database.url && new URL(database.url).password
  const alertUrl = alerts.webhookUrl && new URL(alerts.webhookUrl)
  const tokens = [twilio.authToken, twilio.previousAuthToken].filter((token) => token !== undefined)
  return [
    ...tokens,
    ...tokens.map((token) => Buffer.from(`${twilio.accountSid}:${token}`).toString('base64')),
    elevenLabs.apiKey,
    elevenLabs.initSecret,
    elevenLabs.previousInitSecret,
    elevenLabs.webhookSecret,
    elevenLabs.previousWebhookSecret,
    auth.hs256Secret,
    database.supabase?.secretKey,
    password,
    password && querystring.unescape(password),
    alertUrl && `${alertUrl.pathname}${alertUrl.search}`,
    ...auth.adminKeys.map(({ key }) => key),
    ...mailSecrets(config.mail),
  ].filter((secret) => typeof secret === 'string')
}
