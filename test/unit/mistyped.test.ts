import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { mistyped } from '../../src/config/mistyped.ts'
import { settingNames } from '../../src/config/settings.ts'
import { exampleSettings } from '../support/settings.ts'

describe('mistyped', () => {
  test.each([
    ['a letter too many', 'RATE_LIMIT_PER_MINIUTE', 'RATE_LIMIT_PER_MINUTE'],
    ['a letter too few', 'TWILIO_ACOUNT_SID', 'TWILIO_ACCOUNT_SID'],
    ['another letter', 'QUARANTINE_DAYZ', 'QUARANTINE_DAYS'],
    ['two letters swapped', 'PUBLIC_ULR', 'PUBLIC_URL'],
    ['small letters', 'elevenlabs_api_key', 'ELEVENLABS_API_KEY'],
    ['hyphens', 'ADMIN-API-KEYS', 'ADMIN_API_KEYS'],
    ['the file of a secret', 'DATABASE_URL_FIEL', 'DATABASE_URL_FILE'],
    ["the seeds' name", 'SERVER_URLS', 'SERVER_URL'],
  ])('%s, is named with what was meant, and without its value', (_name, given, meant) => {
    const lines = mistyped({ [given]: 'a-secret' })

    expect(lines).toEqual([`${given}: is no setting; ${meant} is`])
  })

  test('settings, and what other programs have, are not named', () => {
    const names = [...settingNames, 'SERVER_URL', 'ADMIN_API_KEYS_FILE', 'PATH', 'HOME', 'HOSTNAME']
    const others = ['NODE_ENV', 'PORTS', 'npm_config_registry', 'DATABASE', 'HTTP_PROXY', 'SHLVL']

    const env = Object.fromEntries([...names, ...others].map((name) => [name, 'x']))

    expect(mistyped(env)).toEqual([])
  })
})

describe('parseConfig', () => {
  test('missing what was mistyped: names both', () => {
    const { TWILIO_ACCOUNT_SID: sid, ...rest } = exampleSettings

    const parse = () => parseConfig({ ...rest, TWILIO_ACOUNT_SID: sid })

    expect(parse).toThrow('TWILIO_ACCOUNT_SID: is missing')
    expect(parse).toThrow('TWILIO_ACOUNT_SID: is no setting; TWILIO_ACCOUNT_SID is')
  })
})
