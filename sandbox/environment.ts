import { settingNames } from '../src/config/settings.ts'
import { accountSid } from './twins/twilio/model.ts'

/** What a machine may hold for the real product or another database, or to reach the network. */
const foreign =
  /^(SUPABASE_|SMTP_|TWILIO_|ELEVENLABS_|DATABASE_URL(_FILE)?$|PG[A-Z]+$|NODE_USE_ENV_PROXY$|(https?|all|no|ftp)_proxy$)/i
const allowed = new Set(['ELEVENLABS_IMPORT'])

/** Set by the sandbox itself, whatever is inherited. */
const own = new Set([
  'PUBLIC_URL',
  'SERVER_URL',
  'WEBHOOK_BASE_URL',
  'HOST',
  'PORT',
  'AUTH_JWKS_URL',
  'AUTH_ISSUER',
  'AUTH_HS256_SECRET',
  'ADMIN_API_KEYS',
])

/** Names pages, to which nothing is ever sent. */
const notSentTo = new Set(['CORS_ORIGINS', 'APP_URL'])

/** Removes from the process what could lead a library to real accounts or through a proxy. */
export function isolateEnvironment(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(env)) {
    if (foreign.test(name) && !allowed.has(name)) delete env[name]
  }
}

/**
 * The settings that are chosen from outside, such as limits and intervals; an empty one is not.
 * @throws Error when one is a URL that leads off this machine
 */
export function inheritedSettings(env: Record<string, string | undefined>): Record<string, string> {
  const inherited: Record<string, string> = {}
  for (const name of settingNames) {
    const value = env[name]
    const isForeign = own.has(name) || (foreign.test(name) && !allowed.has(name))
    if (isForeign || !value?.trim()) continue
    if (!notSentTo.has(name)) requireHere(name, value)
    inherited[name] = value
  }
  return inherited
}

function requireHere(name: string, value: string): void {
  if (!/^\s*https?:/i.test(value) || !URL.canParse(value) || isLoopback(value)) return
  throw new Error(
    // The rest of it may be a secret.
    `${name}=${new URL(value).origin} leads off this machine, which the sandbox refuses; unset it`,
  )
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)
}

/** Where the sandbox's parts are, and what they prove themselves with. */
interface Parts {
  port: number
  twins: string
  databaseUrl: string
  initSecret: string
}

/**
 * All the settings of a server in the sandbox: its defaults, what is `chosen` in their place, and the
 * addresses and secrets of its parts, which nobody chooses.
 */
export function ownSettings(
  parts: Parts,
  chosen: Record<string, string> = {},
): Record<string, string> {
  return { ...defaults, ...chosen, ...placesOf(parts) }
}

/** Mail goes to the twins, which show what came (/control/mail); its links lead into the console of the server at `port`. */
export function mailSettings(smtpUrl: string, port: number): Record<string, string> {
  return {
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'Orgline <line@sandbox.example>',
    APP_URL: `http://127.0.0.1:${port}/console`,
    ALERT_EMAIL: 'operators@sandbox.example',
  }
}

function placesOf({ port, twins, databaseUrl, initSecret }: Parts): Record<string, string> {
  return {
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    AUTH_JWKS_URL: `${twins}/auth/v1/.well-known/jwks.json`,
    AUTH_ISSUER: `${twins}/auth/v1`,
    SUPABASE_PUBLISHABLE_KEY: 'sandbox-publishable-key',
    ADMIN_API_KEYS: 'sandbox:sandbox-admin-key',
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: 'sandbox-twilio-token',
    TWILIO_BASE_URL: `${twins}/twilio`,
    ELEVENLABS_API_KEY: 'sandbox-elevenlabs-key',
    ELEVENLABS_BASE_URL: `${twins}/elevenlabs`,
    ELEVENLABS_INIT_SECRET: initSecret,
  }
}

/** No real money is at stake: limits that protect it are high, unless others are chosen. */
const defaults: Record<string, string> = {
  SHUTDOWN_NOTICE_MS: '0',
  RATE_LIMIT_PER_MINUTE: '100000',
  SIGNUPS_PER_HOUR: '100000',
  INBOUND_CALLER_HOURLY_CALLS: '1000000',
  INBOUND_NUMBER_HOURLY_CALLS: '1000000',
  PURCHASE_DAILY_LIMIT: '10000',
  PURCHASE_DAILY_LIMIT_FURTHER: '10000',
  OUTBOUND_CONCURRENCY: '10000',
  OUTBOUND_DAILY_CALLS: '100000',
  OUTBOUND_DAILY_MINUTES: '1000000',
  OUTBOUND_DAILY_SPEND: '1000000000000',
  OUTBOUND_DAILY_SEGMENTS: '1000000',
  OUTBOUND_SEGMENTS_PER_MINUTE: '1000000',
  OUTBOUND_CUSTOMER_DAILY_CALLS: '100000',
  OUTBOUND_CUSTOMER_DAILY_SEGMENTS: '1000000',
  OUTBOUND_DEPLOYMENT_DAILY_SPEND: '1000000000000',
  NEW_ORGANIZATION_DAYS: '0',
  FALLBACK_DAILY_CALLS: '100000',
  MAX_AGENTS_PER_DAY: '100000',
  US_SMS_STATUS: 'ready',
  // Whoever tries it out receives on this machine.
  ALLOW_LOOPBACK_WEBHOOKS: 'true',
}
