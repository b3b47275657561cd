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

    expect(Object.values(inherited).filter((value) => value !== undefined)).toEqual([])
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

    expect(Object.values(inherited).filter((value) => value !== undefined)).toEqual([])
  })

  test('given limits, times and the import mode: takes them', () => {
    const chosen = {
      ELEVENLABS_IMPORT: 'manual',
      LOG_LEVEL: 'debug',
      SIGNUP_WAIT_MS: '0',
      PURCHASE_DAILY_LIMIT: '3',
      DEFAULT_ORGANIZATION_NAME: 'Jack: Automotive',
    }

    const inherited = inheritedSettings(chosen)

    expect(inherited).toMatchObject(chosen)
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
})

describe('ownSettings', () => {
  const own = ownSettings({
    port: 4000,
    twins: 'http://127.0.0.1:4001',
    databaseUrl: 'postgres://orgline@127.0.0.1:4002/orgline',
    initSecret: 'init-secret-0123456789',
  })

  test('over inherited limits: is all the server and the set-up need', () => {
    const inherited = inheritedSettings({ ...foreign, LOG_LEVEL: 'debug' })

    const config = parseConfig({ ...inherited, ...own, ELEVENLABS_AGENT_ID: 'agent_1' })
    const setup = parseSetupConfig({ ...inherited, ...own })

    expect(config).toMatchObject({ logLevel: 'debug', publicUrl: 'http://127.0.0.1:4000' })
    expect(setup.elevenLabs.baseUrl).toBe('http://127.0.0.1:4001/elevenlabs')
  })

  test('looked through: leads nowhere but to this machine', () => {
    const hosts = Object.values(own)
      .filter((value) => value.includes('://'))
      .map((value) => new URL(value).hostname)

    expect(hosts.length).toBeGreaterThan(4)
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']))
  })
})
