import { z } from 'zod'
import { DatabaseUrl } from './database-url.ts'
import { mailSettings } from './mail/mail-settings.ts'
import { parseOrigins } from './origins.ts'
import { publicUrl } from './public-url.ts'
import { isSecret, secret } from './secrets.ts'
import {
  alertUrl,
  elevenLabsUrl,
  keysUrl,
  supabaseUrl,
  twilioUrl,
  twimlUrl,
} from './service-url.ts'
import { count, publishableKey, text } from './setting-types.ts'
import { spendingSettings } from './spending-settings.ts'

const MessagingServiceSid = text.regex(/^MG[0-9a-f]{32}$/, 'must be MG and 32 hex digits')

/** PostgREST's own default, db-pool, too. */
const poolSize = z.coerce
  .number()
  .int()
  .min(2, 'must be at least 2, because one of them is kept for callers')
  .default(10)

/** Every setting, with its default. `.env.example` describes each in one line. */
export const settings = z.object({
  PUBLIC_URL: publicUrl,
  PUBLIC_URL_PREVIOUS: publicUrl.optional(),
  HOST: text.default('0.0.0.0'),
  PORT: count(3000, 0, 65_535),
  TRUST_PROXY_HOPS: count(0),
  METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  METRICS_HOST: text.default('127.0.0.1'),
  // All of stopping has 10 s.
  SHUTDOWN_NOTICE_MS: count(3_000, 0, 8_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),

  SUPABASE_URL: supabaseUrl.optional(),
  SUPABASE_SECRET_KEY: secret(text.optional()),
  SUPABASE_PUBLISHABLE_KEY: publishableKey.optional(),
  DATABASE_URL: secret(DatabaseUrl.optional()),
  DATABASE_TIMEOUT_MS: count(8_000, 1),
  DATABASE_POOL_SIZE: poolSize,

  AUTH_JWKS_URL: keysUrl.optional(),
  AUTH_ISSUER: text.optional(),
  AUTH_HS256_SECRET: secret(text.min(32, 'must have at least 32 characters').optional()),
  ADMIN_API_KEYS: secret(text.transform(parseAdminKeys)),
  RATE_LIMIT_PER_MINUTE: count(300, 1),
  CORS_ORIGINS: text.transform(parseOrigins).optional(),

  TWILIO_ACCOUNT_SID: text.regex(/^AC/, 'must begin with AC'),
  TWILIO_AUTH_TOKEN: secret(text),
  TWILIO_AUTH_TOKEN_PREVIOUS: secret(text.optional()),
  TWILIO_BASE_URL: twilioUrl.optional(),
  TWILIO_MESSAGING_SERVICE_SID: MessagingServiceSid.optional(),
  ALLOW_SHARED_MESSAGING_SERVICE: z.enum(['true', 'false']).default('false'),
  ELEVENLABS_API_KEY: secret(text),
  ELEVENLABS_AGENT_ID: text,
  ELEVENLABS_TEMPLATE_AGENT_ID: text.optional(),
  ELEVENLABS_AGENT_AUTH: z.enum(['off', 'on']).default('off'),
  AGENT_CONCURRENCY: count(5, 1),
  AGENT_DAILY_CALLS: count(50, 1),
  ELEVENLABS_BASE_URL: elevenLabsUrl.default('https://api.elevenlabs.io'),
  ELEVENLABS_INIT_SECRET: secret(text.min(16, 'must have at least 16 characters')),
  ELEVENLABS_INIT_SECRET_PREVIOUS: secret(
    text.min(16, 'must have at least 16 characters').optional(),
  ),
  ELEVENLABS_WEBHOOK_SECRET: secret(text.optional()),
  ELEVENLABS_WEBHOOK_SECRET_PREVIOUS: secret(text.optional()),
  ELEVENLABS_IMPORT: z.enum(['auto', 'manual']).default('auto'),
  INBOUND_VOICE: z.enum(['elevenlabs', 'server']).default('elevenlabs'),
  VOICE_FALLBACK_URL: twimlUrl.optional(),
  // Twilio gives up after 15 s.
  VOICE_DEADLINE_MS: count(4_000, 1, 14_000),
  INBOUND_CALLER_HOURLY_CALLS: count(10, 1),
  INBOUND_NUMBER_HOURLY_CALLS: count(120, 1),
  CARRIER_TIMEOUT_MS: count(15_000, 1),
  // Three of them, and the 45 s between them, are no more than two minutes.
  TEXT_REPLY_DEADLINE_MS: count(20_000, 1_000, 25_000),
  US_SMS_STATUS: z.enum(['needs_registration', 'ready']).default('needs_registration'),

  DEFAULT_PHONE_NUMBER: text
    .regex(/^\+[1-9]\d{6,14}$/, 'must be E.164, e.g. +16045550123')
    .optional(),
  DEFAULT_ELEVENLABS_PHONE_ID: text.optional(),

  DEFAULT_ORGANIZATION_NAME: text.default('Jack Automotive'),
  SIGNUP_MODE: z.enum(['open', 'approval']).default('open'),
  SIGNUPS_PER_HOUR: count(60),
  MAX_ORGANIZATIONS_PER_USER: count(3, 1),
  MAX_NUMBERS_PER_ORGANIZATION: count(5, 1),
  MAX_AGENTS_PER_ORGANIZATION: count(20, 1),
  MAX_AGENTS_PER_DAY: count(40),
  SIGNUP_WAIT_MS: count(10_000),
  PRECALL_DEADLINE_MS: count(800, 1),
  PURCHASE_DAILY_LIMIT: count(200),
  PURCHASE_DAILY_LIMIT_FURTHER: count(50),
  PURCHASE_DAILY_LIMIT_OPERATORS: z.coerce.number().int().min(0).optional(),

  ...spendingSettings,

  POOL_MIN: count(5),
  POOL_TARGET: count(0),
  BATCH_WAIT_MS: count(60_000),
  NUMBER_MONTHLY_COST: count(1_000_000),

  RATE_SMS_SEGMENT: count(7_500),
  RATE_MEDIA: count(25_000),
  RATE_VOICE_MINUTE: count(12_500),
  RATE_AGENT_MINUTE: count(100_000),
  RATE_TEXT_REPLY: count(10_000),

  ORDERS_CONCURRENCY: count(10, 1),
  ORDER_MAX_ATTEMPTS: count(12, 1),

  RECONCILE_INTERVAL_MS: count(21_600_000, 1),

  QUARANTINE_DAYS: count(14, 0, 3_650),
  INACTIVE_DAYS: count(90, 0, 3_650),

  AUDIT_DAYS: count(400, 1, 36_500),
  CONTENT_RETENTION_DAYS: count(0, 0, 36_500),
  RECORDING_RETENTION_DAYS: count(0, 0, 36_500),

  ALLOW_LOOPBACK_WEBHOOKS: z.enum(['true', 'false']).default('false'),
  ALERT_WEBHOOK_URL: secret(alertUrl.optional()),
  ...mailSettings,
})

/** A server that a command is to talk to, by whichever way it is reached. */
export const serverUrl = z
  .url({ protocol: /^https?$/ })
  .transform((value) => value.replace(/\/+$/, ''))

export const settingNames = Object.keys(settings.shape)

/** The settings that may come from a file: `<NAME>_FILE`. */
export const secretNames = Object.entries(settings.shape)
  .filter(([, field]) => isSecret(field))
  .map(([name]) => name)

/** The defaults, of those settings that have one. */
export const settingDefaults: Given = Object.fromEntries(
  Object.entries(settings.shape)
    .map(([name, field]) => [name, field.safeParse(undefined).data])
    .filter(([, value]) => value !== undefined),
)

/** Settings by name, parsed where they are right: contradictions are listed even where others are wrong. */
export type Given = Partial<Record<keyof typeof settings.shape, unknown>>

/** `name:key,name2:key2` → the keys by name. */
function parseAdminKeys(value: string, context: z.RefinementCtx): { name: string; key: string }[] {
  const keys = value.split(',').map((entry) => {
    const [, name = '', key = ''] = /^([^:]+):(.+)$/.exec(entry) ?? []
    return { name: name.trim(), key: key.trim() }
  })
  if (keys.some(({ name, key }) => name === '' || key.length < 16)) {
    context.addIssue({
      code: 'custom',
      message: 'must be name:key,… with keys of at least 16 characters',
    })
  }
  const names = keys.map(({ name }) => name)
  const doubled = names.filter((name, index) => names.indexOf(name) !== index)
  if (doubled.length > 0) {
    context.addIssue({
      code: 'custom',
      message: `must not have two keys of one name ("${doubled[0]}"), by which the audit log tells operators apart`,
    })
  }
  return keys
}
