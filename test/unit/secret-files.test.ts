import { describe, expect, test } from 'vitest'
import {
  parseConfig,
  parseMigrateConfig,
  parseProvisionConfig,
  parseSetupConfig,
  secretsOf,
} from '../../src/config/config.ts'
import { secretNames } from '../../src/config/settings.ts'
import { createScrubber } from '../../src/platform/logger.ts'
import { fileForTest, folderForTest } from '../support/folder.ts'
import { exampleSettings, supabaseSettings } from '../support/settings.ts'

type Settings = Record<string, string | undefined>

const SECRET = 'a-secret-of-many-letters-0123456789'

/** A right value of each secret setting, with the secret in it. */
const rightValue = (name: string) =>
  ({
    DATABASE_URL: `postgres://orgline:${SECRET}@127.0.0.1/orgline`,
    ADMIN_API_KEYS: `ops:${SECRET}`,
    ALERT_WEBHOOK_URL: `https://hooks.example.com/${SECRET}`,
    SMTP_URL: `smtp://line:${SECRET}@mail.example.com`,
  })[name] ?? SECRET

/** Settings that the secret can be among. */
const settingsFor = (name: string): Settings =>
  name === 'SUPABASE_SECRET_KEY'
    ? supabaseSettings
    : { ...exampleSettings, ...(name === 'SMTP_URL' && { MAIL_FROM: 'line@example.com' }) }

const inFile = (name: string, path: string): Settings => ({
  ...settingsFor(name),
  [name]: undefined,
  [`${name}_FILE`]: path,
})

function refusalOf(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the settings were accepted')
}

const faultsOf = (settings: Settings) =>
  refusalOf(() => parseConfig(settings))
    .split('\n- ')
    .slice(1)

describe('the secrets', () => {
  test('of the settings, counted, are those that open something', () => {
    expect(secretNames).toEqual(
      expect.arrayContaining([
        'SUPABASE_SECRET_KEY',
        'DATABASE_URL',
        'AUTH_HS256_SECRET',
        'ADMIN_API_KEYS',
        'TWILIO_AUTH_TOKEN',
        'ELEVENLABS_API_KEY',
        'ELEVENLABS_INIT_SECRET',
        'ELEVENLABS_WEBHOOK_SECRET',
        'ALERT_WEBHOOK_URL',
        'SMTP_URL',
      ]),
    )
  })
})

describe.each(secretNames)('%s', (name) => {
  test('in a file, with the line end that editors add, is what it is in the environment', () => {
    const given = parseConfig({ ...settingsFor(name), [name]: rightValue(name) })

    const read = parseConfig(inFile(name, fileForTest(`${rightValue(name)}\r\n`)))

    expect(read).toEqual(given)
    expect(JSON.stringify(read)).toContain(SECRET)
  })

  test('in the environment and in a file, too, is refused by name and shown nowhere', () => {
    const path = fileForTest(rightValue(name))

    const faults = faultsOf({ ...inFile(name, path), [name]: rightValue(name) })

    expect(faults).toEqual([`${name} and ${name}_FILE: set only one`])
  })

  test.each([
    ['is not there', () => '/no/such/file', /cannot be read \(ENOENT\); put the file there/],
    ['is a folder', folderForTest, /cannot be read \(EISDIR\); it is a folder/],
    ['is empty', () => fileForTest(''), /an empty file; write the secret into it/],
    ['has a line end only', () => fileForTest(' \n'), /an empty file/],
    ['has two lines', () => fileForTest(`${SECRET}\n${SECRET}\n`), /of several lines/],
    ['is the secret itself', () => SECRET, /cannot be read \(ENOENT\)/],
  ])('in a file that %s: is refused once, by name, with what to do', (_, place, reason) => {
    const path = place()

    const faults = faultsOf(inFile(name, path))

    expect(faults).toEqual([expect.stringMatching(reason)])
    expect(faults[0]).toMatch(new RegExp(`^${name}_FILE: `))
    expect(faults[0]).not.toContain(SECRET)
  })

  test('given, and logged by mistake, does not come out', () => {
    const config = parseConfig({ ...settingsFor(name), [name]: rightValue(name) })

    const scrub = createScrubber(secretsOf(config))

    expect(scrub(`before ${rightValue(name)} after`)).not.toContain(SECRET)
  })
})

describe('a secret in a file', () => {
  test('that is wrong in itself: is refused as from the environment, and not repeated', () => {
    const faults = faultsOf(inFile('ELEVENLABS_INIT_SECRET', fileForTest('short-one')))

    expect(faults).toEqual([
      expect.stringMatching(/^ELEVENLABS_INIT_SECRET: .*at least 16 characters/),
    ])
    expect(faults[0]).not.toContain('short-one')
  })

  test('with an empty setting beside it: is taken, because an empty one is none', () => {
    const path = fileForTest('twilio-token-of-the-file')

    const config = parseConfig({ ...inFile('TWILIO_AUTH_TOKEN', path), TWILIO_AUTH_TOKEN: ' ' })

    expect(config.twilio.authToken).toBe('twilio-token-of-the-file')
  })

  test('for every command: is read as for the server', () => {
    const DATABASE_URL_FILE = fileForTest('postgres://u:p@127.0.0.1/file\n')
    const ELEVENLABS_API_KEY_FILE = fileForTest('key-of-the-file')
    const ORGLINE_ADMIN_KEY_FILE = fileForTest('operators-key-of-the-file\n')
    const setup = { ...exampleSettings, ELEVENLABS_API_KEY: undefined, ELEVENLABS_API_KEY_FILE }

    expect(parseMigrateConfig({ DATABASE_URL_FILE }).databaseUrl).toMatch(/file$/)
    expect(parseSetupConfig(setup).elevenLabs.apiKey).toBe('key-of-the-file')
    expect(parseProvisionConfig({ ORGLINE_ADMIN_KEY_FILE }, 'https://line.example.com').key).toBe(
      'operators-key-of-the-file',
    )
  })

  test('that a command has no use for: does not keep it from running', () => {
    const missing = { TWILIO_AUTH_TOKEN_FILE: '/no/such/file' }

    const config = parseMigrateConfig({ DATABASE_URL: 'postgres://127.0.0.1/x', ...missing })

    expect(config.databaseUrl).toBe('postgres://127.0.0.1/x')
  })
})
