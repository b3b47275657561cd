import { describe, expect, test } from 'vitest'
import { inheritedSettings, isolateEnvironment, ownSettings } from '../../sandbox/environment.ts'
import { parseConfig, parseSetupConfig } from '../../src/config/config.ts'

/** What the machine of somebody with real accounts may hold. */
const foreign = {
  SUPABASE_URL: 'https://project.supabase.co',
  SUPABASE_SECRET_KEY: 'sb_secret_0123456789',
  DATABASE_URL: 'postgres://real.example.com/orgline',
  DATABASE_URL_FILE: '/run/secrets/database-url',
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
  TWILIO_AUTH_TOKEN: 'real-token',
  TWILIO_AUTH_TOKEN_FILE: '/run/secrets/token',
  TWILIO_BASE_URL: 'https://api.twilio.com',
  TWILIO_REGION: 'ie1',
  TWILIO_CA_BUNDLE: '/etc/ca.pem',
  ELEVENLABS_API_KEY: 'real-key',
  ELEVENLABS_AGENT_ID: 'agent_real',
  ELEVENLABS_BASE_URL: 'https://api.elevenlabs.io',
  ELEVENLABS_WEBHOOK_SECRET: 'wsec_real',
  SMTP_URL: 'smtp://real:password@mail.example.com',
  SMTP_URL_FILE: '/run/secrets/smtp-url',
}
const network = {
  HTTP_PROXY: 'http://proxy.example.com',
  https_proxy: 'http://proxy.example.com',
  ALL_PROXY: 'socks5://proxy.example.com',
  no_proxy: '*',
  NODE_USE_ENV_PROXY: '1',
  PGHOST: 'real.example.com',
  PGSSLMODE: 'require',
  PGOPTIONS: '-c search_path=other',
}

describe('isolateEnvironment', () => {
  test('given real accounts, proxies and PG*: removes all, and nothing else', () => {
    const harmless = { PATH: '/usr/bin', PORT: '4000', ELEVENLABS_IMPORT: 'manual' }
    const env: Record<string, string | undefined> = { ...foreign, ...network, ...harmless }

    isolateEnvironment(env)

    expect(env).toEqual(harmless)
  })
})

describe('inheritedSettings', () => {
  test('given real accounts: takes none of them', () => {
    const inherited = inheritedSettings({ ...foreign, ...network })

    expect(inherited).toEqual({})
  })

  test('given what the sandbox decides itself: takes none of it', () => {
    const inherited = inheritedSettings({
      PUBLIC_URL: 'https://line.example.com',
      SERVER_URL: 'https://line.example.com',
      WEBHOOK_BASE_URL: 'https://line.example.com',
      HOST: '0.0.0.0',
      PORT: '4000',
      AUTH_JWKS_URL: 'https://users.example.com',
      AUTH_ISSUER: 'https://users.example.com',
      AUTH_HS256_SECRET: 'users-token-secret-of-32-characters',
      ADMIN_API_KEYS: 'ops:operators-key-0123456789',
    })

    expect(inherited).toEqual({})
  })

  test('given limits, times and the import mode: takes them', () => {
    const chosen = {
      ELEVENLABS_IMPORT: 'manual',
      LOG_LEVEL: 'debug',
      SIGNUP_WAIT_MS: '0',
      PURCHASE_DAILY_LIMIT: '3',
      DEFAULT_ORGANIZATION_NAME: 'Jack: Automotive',
    }

    const inherited = inheritedSettings({ ...chosen, RATE_LIMIT_PER_MINUTE: ' ' })

    expect(inherited).toEqual(chosen)
  })

  test.each([
    'https://handler.twilio.com/twiml/EH1',
    'HTTP://203.0.113.7/twiml',
    ' https://handler.twilio.com/twiml/EH1',
    'https://127.0.0.1.example.com/twiml',
    'https://localhost@example.com/twiml',
    'http://0.0.0.0/twiml',
  ])('given the URL %j, which leads off this machine: refuses it by name', (url) => {
    const inherit = () => inheritedSettings({ VOICE_FALLBACK_URL: url })

    expect(inherit).toThrow(/^VOICE_FALLBACK_URL=.* leads off this machine/)
  })

  test.each(['http://127.0.0.1:4000/x', 'http://localhost:4000/x', 'http://[::1]:4000/x'])(
    'given the URL %s of this machine: takes it',
    (url) => {
      const inherited = inheritedSettings({ VOICE_FALLBACK_URL: url })

      expect(inherited.VOICE_FALLBACK_URL).toBe(url)
    },
  )

  test.each(['https://app.example.com', 'http://localhost:5173,https://app.example.com'])(
    'given pages of %s, to which nothing is sent: takes them',
    (origins) => {
      const inherited = inheritedSettings({ CORS_ORIGINS: origins })

      expect(inherited.CORS_ORIGINS).toBe(origins)
    },
  )
})

describe('ownSettings', () => {
  const parts = {
    port: 4000,
    twins: 'http://127.0.0.1:4001',
    databaseUrl: 'postgres://orgline@127.0.0.1:4002/orgline',
    initSecret: 'init-secret-0123456789',
  }
  const own = ownSettings(parts)
  const chosenOf = (value: (name: string) => string) =>
    inheritedSettings(Object.fromEntries(Object.keys(own).map((name) => [name, value(name)])))

  test('with what is chosen: is all the server and the set-up need', () => {
    const settings = ownSettings(parts, inheritedSettings({ ...foreign, LOG_LEVEL: 'debug' }))

    const config = parseConfig({ ...settings, ELEVENLABS_AGENT_ID: 'agent_1' })
    const setup = parseSetupConfig(settings)

    expect(config).toMatchObject({ logLevel: 'debug', publicUrl: 'http://127.0.0.1:4000' })
    expect(setup.elevenLabs.baseUrl).toBe('http://127.0.0.1:4001/elevenlabs')
  })

  test('where others are chosen: has those in place of its defaults, and every part where it is', () => {
    const chosen = chosenOf((name) => `chosen ${name}`)

    const settings = ownSettings(parts, chosen)

    const changed = Object.keys(own).filter((name) => settings[name] !== own[name])
    const places =
      /^(PUBLIC_URL|HOST|PORT|DATABASE_URL|ADMIN_API_KEYS|SUPABASE_\w+|AUTH_\w+|TWILIO_\w+|ELEVENLABS_\w+)$/
    expect(changed).toEqual(Object.keys(own).filter((name) => !places.test(name)))
    expect(settings).toMatchObject(chosen)
    expect(settings.RATE_LIMIT_PER_MINUTE).toBe('chosen RATE_LIMIT_PER_MINUTE')
  })

  test('where an empty value is chosen: keeps its defaults', () => {
    const chosen = chosenOf(() => '')

    expect(ownSettings(parts, chosen)).toEqual(own)
  })

  test('looked through: leads nowhere but to this machine', () => {
    const hosts = Object.values(own)
      .filter((value) => value.includes('://'))
      .map((value) => new URL(value).hostname)

    expect(hosts.length).toBeGreaterThan(4)
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']))
  })
})
