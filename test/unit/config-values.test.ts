import { describe, expect, test } from 'vitest'
import {
  parseConfig,
  parseMigrateConfig,
  parseSetupConfig,
  secretsOf,
} from '../../src/config/config.ts'
import { exampleSettings, supabaseSettings } from '../support/settings.ts'

describe('parseConfig', () => {
  test('given only what is required: fills in the defaults, grouped', () => {
    const config = parseConfig(exampleSettings)

    expect(config).toMatchObject({
      publicUrl: 'https://line.example.com',
      server: { host: '0.0.0.0', port: 3000, trustProxyHops: 0, rateLimitPerMinute: 300 },
      logLevel: 'info',
      database: { supabase: undefined, url: exampleSettings.DATABASE_URL, timeoutMs: 8_000 },
      twilio: { accountSid: exampleSettings.TWILIO_ACCOUNT_SID, timeoutMs: 15_000 },
      elevenLabs: { baseUrl: 'https://api.elevenlabs.io', webhookSecret: undefined },
      numbers: {
        import: 'auto',
        usSmsStatus: 'needs_registration',
        purchaseDailyLimits: { first: 200, further: 50, operators: 200 },
      },
      organizations: { defaultName: 'Jack Automotive', maxPerUser: 3, signupWaitMs: 10_000 },
      precallDeadlineMs: 800,
      orders: { concurrency: 10, leaseMs: 60_000, maxAttempts: 12, recheckIntervalMs: 60_000 },
    })
  })

  test('given how long an agent may take for a text: leases a turn for longer, and has three of them in two minutes', () => {
    const { replies } = parseConfig({ ...exampleSettings, TEXT_REPLY_DEADLINE_MS: '25000' })

    expect(replies).toMatchObject({ deadlineMs: 25_000, leaseMs: 85_000 })
    expect(3 * replies.deadlineMs + 3 * replies.againMs).toBeLessThanOrEqual(120_000)
    expect(() => parseConfig({ ...exampleSettings, TEXT_REPLY_DEADLINE_MS: '25001' })).toThrow(
      'TEXT_REPLY_DEADLINE_MS',
    )
  })

  test('given any settings: cannot be changed afterwards, at any depth', () => {
    const config = parseConfig(exampleSettings)

    const parts = [config, ...Object.values(config), ...config.auth.adminKeys]
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([])
  })

  test.each([
    ['SERVER_URL', 'https://seed.example.com'],
    ['WEBHOOK_BASE_URL', 'https://seed.example.com'],
  ])('given %s and no PUBLIC_URL: takes it in its place', (name, url) => {
    const config = parseConfig({ ...exampleSettings, PUBLIC_URL: '', [name]: url })

    expect(config.publicUrl).toBe(url)
  })

  test('given PUBLIC_URL and its older names: takes PUBLIC_URL', () => {
    const others = {
      SERVER_URL: 'https://a.example.com',
      WEBHOOK_BASE_URL: 'https://b.example.com',
    }

    const config = parseConfig({ ...exampleSettings, ...others })

    expect(config.publicUrl).toBe('https://line.example.com')
  })

  test('given URLs that end in slashes: drops these, since paths are appended', () => {
    const config = parseConfig({
      ...exampleSettings,
      PUBLIC_URL: 'https://line.example.com//',
      TWILIO_BASE_URL: 'http://127.0.0.1:3001/twilio/',
    })

    expect(config.publicUrl).toBe('https://line.example.com')
    expect(config.twilio.baseUrl).toBe('http://127.0.0.1:3001/twilio')
  })

  test('given empty and blank values: counts them as absent', () => {
    const config = parseConfig({
      ...exampleSettings,
      PORT: '',
      LOG_LEVEL: '  ',
      TWILIO_BASE_URL: '',
      ELEVENLABS_WEBHOOK_SECRET: ' ',
    })

    expect(config.server.port).toBe(3000)
    expect(config.logLevel).toBe('info')
    expect(config.twilio.baseUrl).toBeUndefined()
    expect(config.elevenLabs.webhookSecret).toBeUndefined()
  })

  test('given unknown variables, as every environment has: ignores them', () => {
    const config = parseConfig({ ...exampleSettings, PATH: '/usr/bin', HOME: '/root' })

    expect(config).toEqual(parseConfig(exampleSettings))
  })

  test('given Supabase: takes users and their issuer from it', () => {
    const config = parseConfig(supabaseSettings)

    expect(config.database.supabase).toEqual({
      url: 'https://project.supabase.co',
      secretKey: 'sb_secret_0123456789',
    })
    expect(config.auth).toMatchObject({
      jwksUrl: 'https://project.supabase.co/auth/v1/.well-known/jwks.json',
      issuer: 'https://project.supabase.co/auth/v1',
      hs256Secret: undefined,
    })
  })

  test('given Supabase and an issuer of its own: takes users from that', () => {
    const config = parseConfig({
      ...supabaseSettings,
      AUTH_JWKS_URL: 'https://users.example.com/jwks.json',
      AUTH_ISSUER: 'https://users.example.com',
    })

    expect(config.auth).toMatchObject({
      jwksUrl: 'https://users.example.com/jwks.json',
      issuer: 'https://users.example.com',
    })
  })

  test('given a publishable key: members sign in at Supabase Auth, or at the issuer in its place', () => {
    const key = { SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_0123' }
    const signInAt = (more: Record<string, string>) =>
      parseConfig({ ...supabaseSettings, ...more }).auth.signIn

    expect(signInAt({})).toBeUndefined()
    expect(signInAt(key)).toEqual({
      url: 'https://project.supabase.co/auth/v1',
      publishableKey: 'sb_publishable_0123',
    })
    expect(signInAt({ ...key, AUTH_ISSUER: 'https://auth.example.com/auth/v1/' })).toMatchObject({
      url: 'https://auth.example.com/auth/v1',
    })
  })

  test('given Supabase and a shared secret: checks tokens with it and by Supabase’s keys, side by side', () => {
    const config = parseConfig({
      ...supabaseSettings,
      AUTH_HS256_SECRET: 'users-token-secret-of-32-characters',
    })

    expect(config.auth).toMatchObject({
      hs256Secret: 'users-token-secret-of-32-characters',
      jwksUrl: 'https://project.supabase.co/auth/v1/.well-known/jwks.json',
    })
  })

  test('given a shared secret, and neither Supabase nor an address of keys: checks tokens with it alone', () => {
    const config = parseConfig(exampleSettings)

    expect(config.auth).toMatchObject({
      hs256Secret: exampleSettings.AUTH_HS256_SECRET,
      jwksUrl: undefined,
    })
  })

  test.each([
    ['one key', 'ops:key-0123456789abc', [{ name: 'ops', key: 'key-0123456789abc' }]],
    [
      'several with spaces between',
      ' ops : key-0123456789abc , ci: key-cba9876543210 ',
      [
        { name: 'ops', key: 'key-0123456789abc' },
        { name: 'ci', key: 'key-cba9876543210' },
      ],
    ],
    ['a colon in the key', 'ops:key:0123456789abc', [{ name: 'ops', key: 'key:0123456789abc' }]],
  ])('given ADMIN_API_KEYS with %s: reads each name and key', (_, value, keys) => {
    const config = parseConfig({ ...exampleSettings, ADMIN_API_KEYS: value })

    expect(config.auth.adminKeys).toEqual(keys)
  })
})

describe('parseSetupConfig', () => {
  test('given no agent and no Twilio: is enough for the first set-up', () => {
    const { PUBLIC_URL, DATABASE_URL, ELEVENLABS_API_KEY, ELEVENLABS_INIT_SECRET } = exampleSettings

    const config = parseSetupConfig({
      PUBLIC_URL,
      DATABASE_URL,
      ELEVENLABS_API_KEY,
      ELEVENLABS_INIT_SECRET,
    })

    expect(config).toEqual({
      addresses: [PUBLIC_URL],
      database: { supabase: undefined, url: DATABASE_URL, timeoutMs: 8_000, poolSize: 1 },
      elevenLabs: {
        apiKey: ELEVENLABS_API_KEY,
        agentId: undefined,
        baseUrl: 'https://api.elevenlabs.io',
        initSecrets: [ELEVENLABS_INIT_SECRET],
        webhookSecret: undefined,
        agentAuth: false,
        callMinutes: 10,
        sharedReplies: 2_000,
        timeoutMs: 15_000,
      },
    })
  })
})

describe('parseMigrateConfig', () => {
  test('given DATABASE_URL: needs nothing else', () => {
    const config = parseMigrateConfig({ DATABASE_URL: 'postgresql://u:p@127.0.0.1/orgline' })

    expect(config).toEqual({ databaseUrl: 'postgresql://u:p@127.0.0.1/orgline' })
  })
})

describe('mail', () => {
  const mailOf = (more: Record<string, string>) =>
    parseConfig({ ...exampleSettings, MAIL_FROM: 'Orgline <line@example.com>', ...more }).mail

  test('given SMTP_URL with a password: has it as it is, and must encrypt on the way', () => {
    const mail = mailOf({ SMTP_URL: 'smtp://line:p%40ss@mail.example.com' })

    expect(mail).toMatchObject({
      smtp: {
        ...{ host: 'mail.example.com', port: 587, isSecure: false, isInside: false },
        user: { name: 'line', password: 'p@ss' },
      },
      from: { name: 'Orgline', address: 'line@example.com' },
      alertEmails: [],
    })
  })

  test.each([
    ['smtps://mail.example.com', 465, true, false],
    ['smtp://127.0.0.1:1025', 1025, false, true],
    ['smtp://mailpit:1025', 1025, false, true],
  ])(
    'given %s: is at port %i; encrypted from the start: %s, in the own network: %s',
    (SMTP_URL, port, isSecure, isInside) => {
      expect(mailOf({ SMTP_URL })?.smtp).toMatchObject({ port, isSecure, isInside })
    },
  )
})

describe('secretsOf', () => {
  test('given every secret there can be: names each, also as it travels', () => {
    const config = parseConfig({
      ...exampleSettings,
      ...{ SUPABASE_URL: 'https://project.supabase.co', SUPABASE_SECRET_KEY: 'sb_secret_0123' },
      DATABASE_URL: 'postgres://orgline:p%40ss%2Fword@127.0.0.1/orgline',
      ELEVENLABS_WEBHOOK_SECRET: 'wsec_0123456789',
      ADMIN_API_KEYS: 'ops:operators-key-0123456789,ci:integration-key-0123',
      ALERT_WEBHOOK_URL: 'https://hooks.slack.com/services/T01/B01/chat-token?thread=1',
      SMTP_URL: 'smtp://line:mail%40word@mail.example.com',
      MAIL_FROM: 'line@example.com',
    })

    const secrets = secretsOf(config)

    const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token } = exampleSettings
    const expected = [
      ...[token, Buffer.from(`${sid}:${token}`).toString('base64')],
      ...['elevenlabs-api-key', 'init-secret-0123456789', 'wsec_0123456789'],
      ...['users-token-secret-of-32-characters', 'sb_secret_0123', 'p%40ss%2Fword', 'p@ss/word'],
      ...['operators-key-0123456789', 'integration-key-0123'],
      '/services/T01/B01/chat-token?thread=1',
      ...['mail@word', 'mail%40word'],
      ...['mail@word', '\0line\0mail@word'].map((text) => Buffer.from(text).toString('base64')),
    ]
    expect(secrets.toSorted()).toEqual(expected.toSorted())
  })
})
