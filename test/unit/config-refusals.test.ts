import { describe, expect, test } from 'vitest'
import { parseConfig, parseMigrateConfig, parseSetupConfig } from '../../src/config/config.ts'
import { fileForTest } from '../support/folder.ts'
import { exampleSettings, supabaseSettings } from '../support/settings.ts'

/** The faults that the one error lists, without its introduction. */
function faultsOf(parse: () => unknown): string[] {
  try {
    parse()
  } catch (error) {
    return (error as Error).message.split('\n- ').slice(1)
  }
  throw new Error('the settings were accepted')
}

/** A key as Supabase made them before: claims between two points. */
const jwtOf = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`

const faultsWith = (changes: Record<string, string | undefined>) =>
  faultsOf(() => parseConfig({ ...exampleSettings, ...changes }))

describe('parseConfig', () => {
  test('given nothing: lists everything that is missing, and points to .env.example', () => {
    const faults = faultsOf(() => parseConfig({}))

    expect(faults).toEqual([
      'PUBLIC_URL: is missing',
      'ADMIN_API_KEYS: is missing',
      'TWILIO_ACCOUNT_SID: is missing',
      'TWILIO_AUTH_TOKEN: is missing',
      'ELEVENLABS_API_KEY: is missing',
      'ELEVENLABS_AGENT_ID: is missing',
      'ELEVENLABS_INIT_SECRET: is missing',
      'SUPABASE_URL with SUPABASE_SECRET_KEY, or DATABASE_URL: one of them is needed',
      'AUTH_JWKS_URL or AUTH_HS256_SECRET: needed to check users without SUPABASE_URL',
      'AUTH_ISSUER: needed without SUPABASE_URL',
    ])
    expect(() => parseConfig({})).toThrow(/\.env\.example/)
  })

  test('given missing, wrong and contradictory settings: lists all of them at once', () => {
    const faults = faultsWith({
      TWILIO_AUTH_TOKEN: undefined,
      PORT: 'many',
      POOL_TARGET: '4',
      AUTH_JWKS_URL: 'https://users.example.com/jwks.json',
    })

    expect(faults).toEqual([
      expect.stringMatching(/^PORT: .*number/),
      'TWILIO_AUTH_TOKEN: is missing',
      expect.stringMatching(/^POOL_TARGET: must be 0 or at least POOL_MIN/),
    ])
  })

  test.each([
    ['SUPABASE_PUBLISHABLE_KEY', 'sb_secret_0123456789', 'is a secret key'],
    ['SUPABASE_PUBLISHABLE_KEY', jwtOf({ role: 'service_role' }), 'is a secret key'],
    ['PUBLIC_URL', 'line.example.com', 'Invalid URL'],
    ['PUBLIC_URL', 'ftp://line.example.com', 'Invalid URL'],
    ['PUBLIC_URL', 'https://line.example.com/orgline', 'a host name of its own'],
    ['PUBLIC_URL', 'https://line.example.com/?a=1', 'without path, query or password'],
    ['PUBLIC_URL', 'https://ann:s3cret@line.example.com', 'without path, query or password'],
    ['PUBLIC_URL', 'https://line.example.com?', 'without path, query or password'],
    ['PUBLIC_URL', 'https://line.example.com/#', 'without path, query or password'],
    ['PUBLIC_URL', 'https://@line.example.com', 'without path, query or password'],
    ['PUBLIC_URL', 'https://line.example.com\\', 'without path, query or password'],
    ['PUBLIC_URL', 'https:line.example.com', 'Invalid URL'],
    ['PUBLIC_URL', 'http://line.example.com', 'a proxy that has a certificate, or a tunnel'],
    ['PUBLIC_URL', 'http://127.0.0.1.example.com', 'must begin with https://'],
    ['PUBLIC_URL_PREVIOUS', 'https://line.example.com/old', 'without path, query or password'],
    ['PUBLIC_URL_PREVIOUS', 'http://10.0.0.1', 'must begin with https://'],
    ['CORS_ORIGINS', '*', 'origins as browsers send them'],
    ['CORS_ORIGINS', 'null', 'origins as browsers send them'],
    ['CORS_ORIGINS', 'a.example', 'origins as browsers send them'],
    ['CORS_ORIGINS', 'ftp://a.example', 'origins as browsers send them'],
    ['CORS_ORIGINS', 'https://a.example/', '"https://a.example/" is none'],
    ['CORS_ORIGINS', 'https://a.example/x', 'without a path'],
    ['CORS_ORIGINS', 'https://A.example', '"https://A.example" is none'],
    ['CORS_ORIGINS', 'https://a.example:443', 'origins as browsers send them'],
    ['CORS_ORIGINS', 'https://ann@a.example', 'origins as browsers send them'],
    ['CORS_ORIGINS', 'https://a.example,', '"" is none'],
    ['CORS_ORIGINS', 'https://a.example,*', '"*" is none'],
    ['DATABASE_URL', 'mysql://127.0.0.1/orgline', 'Invalid URL'],
    ['VOICE_FALLBACK_URL', 'handler.twilio.com/twiml', 'Invalid URL'],
    ['ALERT_WEBHOOK_URL', 'hooks.slack.com/services/T01', 'Invalid URL'],
    ['ALERT_WEBHOOK_URL', 'https://user:pass@hooks.example.com/x', 'user or password'],
    ['ALERT_WEBHOOK_URL', 'http://hooks.example.com/x', 'must begin with https://'],
    ['VOICE_FALLBACK_URL', 'http://twiml.example.com/busy', 'must begin with https://'],
    ['VOICE_FALLBACK_URL', 'http://10.0.0.7/busy', 'must begin with https://'],
    ['AUTH_JWKS_URL', 'http://users.example.com/jwks.json', 'must begin with https://'],
    ['AUTH_JWKS_URL', 'https://ann:s3cret@users.example.com/jwks.json', 'user or password'],
    ['ELEVENLABS_BASE_URL', 'http://api.elevenlabs.io', 'must begin with https://'],
    ['ELEVENLABS_BASE_URL', 'http://127.0.0.1.example.com', 'must begin with https://'],
    ['ELEVENLABS_BASE_URL', 'https://api.elevenlabs.io/v1', 'puts /v1 behind it'],
    ['ELEVENLABS_BASE_URL', 'https://api.elevenlabs.io/v1/', 'puts /v1 behind it'],
    ['ELEVENLABS_BASE_URL', 'https://api.eu.residency.elevenlabs.io/x', 'puts /v1 behind it'],
    ['ELEVENLABS_BASE_URL', 'https://proxy.example.com/elevenlabs/v1', 'puts /v1 behind it'],
    ['ELEVENLABS_BASE_URL', 'https://api.elevenlabs.io?a=1', 'without query and #'],
    ['ELEVENLABS_BASE_URL', 'https://api.elevenlabs.io/#', 'without query and #'],
    ['ELEVENLABS_BASE_URL', 'https://ann:s3cret@api.elevenlabs.io', 'user or password'],
    ['TWILIO_BASE_URL', 'http://twilio.example.com', 'must begin with https://'],
    ['TWILIO_BASE_URL', 'https://twilio.example.com/api', 'puts /api behind it'],
    ['TWILIO_BASE_URL', 'https://api.twilio.com', 'leave it empty for Twilio itself'],
    ['TWILIO_BASE_URL', 'https://api.twilio.com/2010-04-01', 'leave it empty for Twilio itself'],
    ['CARRIER_TIMEOUT_MS', '0', '>=1'],
    ['DATABASE_POOL_SIZE', '1', 'one of them is kept for callers'],
    ['PORT', '70000', '65535'],
    ['PORT', '-1', '>=0'],
    ['PORT', '80.5', 'expected int'],
    ['RECONCILE_INTERVAL_MS', '0', '>=1'],
    ['RECONCILE_INTERVAL_MS', '3000000000', '2147483647'],
    ['ORDERS_CONCURRENCY', 'ten', 'expected number'],
    ['LOG_LEVEL', 'loud', '"info"'],
    ['ELEVENLABS_IMPORT', 'Auto', '"auto"|"manual"'],
    ['INBOUND_VOICE', 'Server', '"elevenlabs"|"server"'],
    ['VOICE_DEADLINE_MS', '15000', '14000'],
    ['US_SMS_STATUS', 'yes', '"ready"'],
    ['TWILIO_ACCOUNT_SID', 'SK00000000000000000000000000000001', 'must begin with AC'],
    ['ELEVENLABS_INIT_SECRET', 'too-short', 'at least 16 characters'],
    ['ADMIN_API_KEYS', 'operators-key-0123456789', 'must be name:key'],
    ['ADMIN_API_KEYS', 'ops:too-short', 'at least 16 characters'],
    ['ADMIN_API_KEYS', ':operators-key-0123456789', 'must be name:key'],
    ['ADMIN_API_KEYS', 'ops:operators-key-0123456789,', 'must be name:key'],
    ['ADMIN_API_KEYS', 'a:short,b:short', 'must be name:key'],
  ])('given %s=%s: says so in one line, and why', (name, value, reason) => {
    const faults = faultsWith({ [name]: value })

    expect(faults).toEqual([expect.stringContaining(`${name}: `)])
    expect(faults[0]).toContain(reason)
  })

  test.each([
    ['http://project.supabase.co', 'must begin with https://'],
    ['https://project.supabase.co/rest/v1', 'puts /rest/v1 or /auth/v1 behind it'],
    ['https://project.supabase.co/x', 'such as https://<ref>.supabase.co'],
    ['https://supabase.example.com/db/auth/v1/', 'puts /rest/v1 or /auth/v1 behind it'],
    ['https://project.supabase.co?apikey=1', 'without query and #'],
  ])('given SUPABASE_URL=%s: says so in one line, and why', (SUPABASE_URL, reason) => {
    const faults = faultsOf(() => parseConfig({ ...supabaseSettings, SUPABASE_URL }))

    expect(faults).toEqual([expect.stringMatching(/^SUPABASE_URL: /)])
    expect(faults[0]).toContain(reason)
  })

  test.each([
    [{ SMTP_URL: 'mail.example.com:587' }, 'SMTP_URL: must be smtp://'],
    [{ SMTP_URL: 'https://mail.example.com' }, 'SMTP_URL: must be smtp://'],
    [{ SMTP_URL: 'smtp://line:s3cret@mail.example.com/x' }, 'SMTP_URL: must be smtp://'],
    [{ SMTP_URL: 'smtp://line@mail.example.com' }, 'SMTP_URL: needs both user and password'],
    [{ SMTP_URL: 'smtp://line:s3cret%zz@mail.example.com' }, 'SMTP_URL: has a % that begins no'],
    [{ MAIL_FROM: 'Orgline' }, 'MAIL_FROM: must be an address'],
    [{ MAIL_FROM: undefined }, 'MAIL_FROM: needed with SMTP_URL'],
    [{ SMTP_URL: undefined }, 'MAIL_FROM: does nothing without SMTP_URL'],
    [{ ALERT_EMAIL: 'ops@example.com;boss@example.com' }, 'ALERT_EMAIL: must be addresses'],
    [{ APP_URL: 'http://app.example.com' }, 'APP_URL: must begin with https://'],
    [{ APP_URL: 'https://app.example.com/#/join' }, 'APP_URL: must have no #'],
  ])('given mail with %j: says so in one line, and no secret', (changed, reason) => {
    const right = { SMTP_URL: 'smtp://line:word@mail.example.com', MAIL_FROM: 'line@example.com' }

    const faults = faultsOf(() => parseConfig({ ...exampleSettings, ...right, ...changed }))

    expect(faults).toEqual([expect.stringContaining(reason)])
    expect(faults.join()).not.toContain('s3cret')
  })

  test('given several addresses that are wrong: lists all of them at once, and no secret', () => {
    const faults = faultsWith({
      AUTH_JWKS_URL: 'http://users.example.com',
      ELEVENLABS_BASE_URL: 'https://api.elevenlabs.io/v1',
      VOICE_FALLBACK_URL: 'http://twiml.example.com',
      ALERT_WEBHOOK_URL: 'http://hooks.example.com/s3cret',
    })

    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'AUTH_JWKS_URL',
      'ELEVENLABS_BASE_URL',
      'VOICE_FALLBACK_URL',
      'ALERT_WEBHOOK_URL',
    ])
    expect(faults.join()).not.toContain('s3cret')
  })

  test.each([
    ['ELEVENLABS_BASE_URL', 'https://api.eu.residency.elevenlabs.io/'],
    ['ELEVENLABS_BASE_URL', 'https://proxy.example.com/elevenlabs'],
    ['ELEVENLABS_BASE_URL', 'http://127.0.0.1:3001/elevenlabs'],
    ['ELEVENLABS_BASE_URL', 'http://127.0.0.1:3001/elevenlabs/v1'],
    ['TWILIO_BASE_URL', 'http://localhost:3001/twilio/api'],
    ['ELEVENLABS_BASE_URL', 'http://10.0.0.7:8080'],
    ['ALERT_WEBHOOK_URL', 'http://chat.internal/hook'],
    ['AUTH_JWKS_URL', 'http://kong:8000/auth/v1/.well-known/jwks.json'],
    ['TWILIO_BASE_URL', 'https://twilio.example.com/twin'],
    ['AUTH_JWKS_URL', 'https://users.example.com/keys?p=orgline'],
    ['AUTH_JWKS_URL', 'http://[::1]:3001/auth/v1/.well-known/jwks.json'],
    ['VOICE_FALLBACK_URL', 'https://ann:s3cret@twiml.example.com/busy'],
    ['ALERT_WEBHOOK_URL', 'http://localhost:9000/hook?a=1'],
  ])('given %s=%s: takes it', (name, value) => {
    expect(() => parseConfig({ ...exampleSettings, [name]: value })).not.toThrow()
  })

  test.each([
    [{ DATABASE_URL: undefined }, /^SUPABASE_URL with .* one of them is needed$/],
    [{ SUPABASE_URL: 'https://project.supabase.co' }, /SUPABASE_SECRET_KEY: need each other$/],
    [{ SUPABASE_SECRET_KEY: 'sb_secret_0123456789' }, /SUPABASE_SECRET_KEY: need each other$/],
    [{ AUTH_HS256_SECRET: undefined }, /^AUTH_JWKS_URL or AUTH_HS256_SECRET: needed/],
    [{ AUTH_ISSUER: undefined }, /^AUTH_ISSUER: needed without SUPABASE_URL$/],
    [{ AUTH_HS256_SECRET: 'x'.repeat(31) }, /^AUTH_HS256_SECRET: .* at least 32 characters$/],
    [
      { ADMIN_API_KEYS: `ann:${'a'.repeat(16)},ann:${'b'.repeat(16)}` },
      /^ADMIN_API_KEYS: must not have two keys of one name \("ann"\)/,
    ],
    [{ PUBLIC_URL_PREVIOUS: exampleSettings.PUBLIC_URL }, /^PUBLIC_URL_PREVIOUS: must be another/],
    [
      { PUBLIC_URL_PREVIOUS: `${exampleSettings.PUBLIC_URL}//` },
      /^PUBLIC_URL_PREVIOUS: must be another/,
    ],
    [{ POOL_TARGET: '4' }, /^POOL_TARGET: must be 0 or at least POOL_MIN/],
  ])('given the contradiction %j: says so in one line', (changes, line) => {
    const faults = faultsWith(changes)

    expect(faults).toEqual([expect.stringMatching(line)])
  })

  describe.each(['TWILIO_AUTH_TOKEN', 'ELEVENLABS_INIT_SECRET', 'ELEVENLABS_WEBHOOK_SECRET'])(
    'given %s_PREVIOUS',
    (name) => {
      const secret = 'a-secret-of-many-letters'
      const previous = `${name}_PREVIOUS`

      test.each([
        ['equal to the current one', () => ({ [name]: secret, [previous]: secret })],
        ['equal but for blanks', () => ({ [name]: secret, [previous]: ` ${secret}\n` })],
        [
          'equal but for blanks of the current one',
          () => ({ [name]: `${secret}\r\n`, [previous]: secret }),
        ],
        [
          'equal, from a file',
          () => ({ [name]: `${secret} `, [`${previous}_FILE`]: fileForTest(`${secret}\n`) }),
        ],
      ])('%s: says so in one line', (_, changes) => {
        const faults = faultsWith(changes())

        expect(faults).toEqual([
          `${previous}: must be another than ${name}, which is accepted anyway`,
        ])
      })

      test('that is another: takes it', () => {
        const settings = { ...exampleSettings, [name]: secret, [previous]: `${secret}-before` }

        expect(() => parseConfig(settings)).not.toThrow()
      })
    },
  )

  test.each(['SERVER_URL', 'WEBHOOK_BASE_URL'])(
    'given a wrong %s in the place of PUBLIC_URL: says it is wrong, not missing',
    (name) => {
      const faults = faultsWith({ PUBLIC_URL: undefined, [name]: 'line.example.com' })

      expect(faults).toEqual(['PUBLIC_URL: Invalid URL'])
    },
  )

  test.each([
    'http://127.0.0.1:3000',
    'http://localhost:3000/',
    'http://[::1]:3000',
    'https://line.example.com:8443//',
    'https://line.example.com:443',
    'https://Line.Example.com/',
  ])('given PUBLIC_URL=%s: takes it, without the slashes', (PUBLIC_URL) => {
    const { publicUrl } = parseConfig({ ...exampleSettings, PUBLIC_URL })

    expect(publicUrl).toBe(PUBLIC_URL.replace(/\/+$/, ''))
  })

  test('given wrong secrets: never repeats them', () => {
    const faults = faultsWith({
      ADMIN_API_KEYS: 'ops:s3cret',
      ELEVENLABS_INIT_SECRET: 's3cret',
      DATABASE_URL: 'mysql://u:s3cret@127.0.0.1/orgline',
    })

    expect(faults).toHaveLength(3)
    expect(faults.join()).not.toContain('s3cret')
  })
})

describe('parseSetupConfig', () => {
  test('given nothing: lists only what the set-up of ElevenLabs needs', () => {
    const faults = faultsOf(() => parseSetupConfig({}))

    expect(faults).toEqual([
      'PUBLIC_URL: is missing',
      'ELEVENLABS_API_KEY: is missing',
      'ELEVENLABS_INIT_SECRET: is missing',
      'SUPABASE_URL with SUPABASE_SECRET_KEY, or DATABASE_URL: one of them is needed',
    ])
  })

  test('given a wrong time-out: says so', () => {
    const faults = faultsOf(() => parseSetupConfig({ ...exampleSettings, CARRIER_TIMEOUT_MS: '0' }))

    expect(faults).toEqual([expect.stringMatching(/^CARRIER_TIMEOUT_MS: .*>=1/)])
  })
})

describe('parseMigrateConfig', () => {
  test('given Supabase alone: says that DATABASE_URL is missing, and nothing else', () => {
    const faults = faultsOf(() => parseMigrateConfig(supabaseSettings))

    expect(faults).toEqual(['DATABASE_URL: is missing'])
  })

  test('given another kind of database: says it is wrong', () => {
    const faults = faultsOf(() => parseMigrateConfig({ DATABASE_URL: 'mysql://127.0.0.1/x' }))

    expect(faults).toEqual([expect.stringMatching(/^DATABASE_URL: Invalid URL: must be postgres:/)])
  })
})
