import type { Given } from './settings.ts'

/** Secrets that are accepted beside the ones before, so that neither side has to change first. */
const rotating = [
  'TWILIO_AUTH_TOKEN',
  'ELEVENLABS_INIT_SECRET',
  'ELEVENLABS_WEBHOOK_SECRET',
] as const

/** Settings that are right each for itself and cannot hold together. */
export function contradictions(s: Given): string[] {
  const rules: Rule[] = [
    ...databaseRules(s),
    ...addressRules(s),
    ...mailRules(s),
    [
      Boolean(s.DEFAULT_PHONE_NUMBER) !== Boolean(s.DEFAULT_ELEVENLABS_PHONE_ID),
      'DEFAULT_PHONE_NUMBER and DEFAULT_ELEVENLABS_PHONE_ID: need each other',
    ],
    [
      !(s.AUTH_JWKS_URL || s.AUTH_HS256_SECRET || s.SUPABASE_URL),
      'AUTH_JWKS_URL or AUTH_HS256_SECRET: needed to check users without SUPABASE_URL',
    ],
    [!(s.AUTH_ISSUER || s.SUPABASE_URL), 'AUTH_ISSUER: needed without SUPABASE_URL'],
    [
      Boolean(s.SUPABASE_PUBLISHABLE_KEY && s.AUTH_ISSUER) &&
        !/^https?:/.test(String(s.AUTH_ISSUER)),
      'SUPABASE_PUBLISHABLE_KEY: is for Supabase Auth, whose AUTH_ISSUER is an address such as https://<ref>.supabase.co/auth/v1',
    ],
    [
      Number(s.POOL_TARGET) > 0 && Number(s.POOL_TARGET) < Number(s.POOL_MIN),
      'POOL_TARGET: must be 0 or at least POOL_MIN, or the pool would stay low when filled',
    ],
    [
      Boolean(s.TWILIO_MESSAGING_SERVICE_SID) && s.ALLOW_SHARED_MESSAGING_SERVICE !== 'true',
      'TWILIO_MESSAGING_SERVICE_SID: would be shared by organizations, so that a STOP to one silences another; give each its own (settings.messaging_service_sid), or set ALLOW_SHARED_MESSAGING_SERVICE=true',
    ],
    ...rotating.map(
      (name): Rule => [
        s[`${name}_PREVIOUS`] !== undefined && s[`${name}_PREVIOUS`] === s[name],
        `${name}_PREVIOUS: must be another than ${name}, which is accepted anyway`,
      ],
    ),
  ]
  return brokenOf(rules)
}

/** Those of what `npm run setup:elevenlabs` needs. */
export function setupContradictions(s: Given): string[] {
  return brokenOf([...databaseRules(s), ...addressRules(s)])
}

type Rule = [broken: boolean, line: string]

const brokenOf = (rules: Rule[]) => rules.filter(([broken]) => broken).map(([, line]) => line)

function databaseRules(s: Given): Rule[] {
  return [
    [
      !(s.SUPABASE_URL || s.DATABASE_URL),
      'SUPABASE_URL with SUPABASE_SECRET_KEY, or DATABASE_URL: one of them is needed',
    ],
    [
      Boolean(s.SUPABASE_URL) !== Boolean(s.SUPABASE_SECRET_KEY),
      'SUPABASE_URL and SUPABASE_SECRET_KEY: need each other',
    ],
  ]
}

function addressRules(s: Given): Rule[] {
  return [
    [
      Boolean(s.PUBLIC_URL) && s.PUBLIC_URL === s.PUBLIC_URL_PREVIOUS,
      'PUBLIC_URL_PREVIOUS: must be another than PUBLIC_URL; take it out once a move is over',
    ],
  ]
}

/** Settings of mail that cannot hold together. */
function mailRules(s: Given): Rule[] {
  const needing = ['MAIL_FROM', 'ALERT_EMAIL'] as const
  return [
    [
      Boolean(s.SMTP_URL) && !s.MAIL_FROM,
      'MAIL_FROM: needed with SMTP_URL, such as Orgline <line@example.com>',
    ],
    ...needing.map(
      (name): Rule => [
        Boolean(s[name]) && !s.SMTP_URL,
        `${name}: does nothing without SMTP_URL, which says how mail is sent`,
      ],
    ),
  ]
}
