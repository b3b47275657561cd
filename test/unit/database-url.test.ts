import { describe, expect, test } from 'vitest'
import { parseConfig, parseMigrateConfig } from '../../src/config/config.ts'
import { makeAuthority } from '../support/certificates.ts'
import { fileForTest } from '../support/folder.ts'
import { exampleSettings } from '../support/settings.ts'

const SUPABASE = 'postgresql://postgres:pass-word-0123@db.abcdefghijkl.supabase.co:5432/postgres'
const POOLER =
  'postgresql://postgres.abcdefghijkl:pass-word-0123@aws-0-ca-central-1.pooler.supabase.com:5432/postgres'
const OWN = 'postgres://orgline:pass-word-0123@db.example.com:5432/orgline'

function faultOf(url: string): string {
  try {
    parseMigrateConfig({ DATABASE_URL: url })
  } catch (error) {
    const [, ...faults] = (error as Error).message.split('\n- ')
    expect(faults).toHaveLength(1)
    expect(() => parseConfig({ ...exampleSettings, DATABASE_URL: url })).toThrow(faults[0])
    expect(faults[0]).not.toContain('pass-word')
    return faults[0] ?? ''
  }
  throw new Error('the URL was accepted')
}

describe('DATABASE_URL', () => {
  test.each([
    SUPABASE.replace('pass-word-0123', '[YOUR-PASSWORD]'),
    POOLER.replace('pass-word-0123', '[YOUR-PASSWORD]'),
    SUPABASE.replace('pass-word-0123', '%5BYOUR-PASSWORD%5D'),
    OWN.replace('pass-word-0123', '[password]'),
    OWN.replace('pass-word-0123', '<password>'),
    OWN.replace('orgline:', '[user]:'),
  ])('copied with its placeholder, as %s: is refused, and says what belongs there', (url) => {
    expect(faultOf(url)).toMatch(
      /^DATABASE_URL: still has a placeholder.*put the database's password/,
    )
  })

  test.each([
    SUPABASE,
    POOLER,
    `${POOLER}?pgbouncer=true`,
    `${SUPABASE}?sslmode=disable`,
    `${POOLER}?sslmode=no-verify`,
    `${SUPABASE}?ssl=false`,
    `${SUPABASE}?ssl=0`,
    `${SUPABASE}?ssl=true&sslmode=disable`,
    `${SUPABASE}?ssl=no-verify`,
    `${SUPABASE}?sslmode=require&uselibpqcompat=true`,
    `${SUPABASE}?uselibpqcompat=true&sslmode=prefer`,
    `${SUPABASE}?sslmode=verify-full&sslmode=disable`,
    `${SUPABASE}?sslmode=verify-full&sslmode=no-verify`,
    'postgres://orgline:pass-word-0123@localhost/orgline?host=db.abcdefghijkl.supabase.co',
    SUPABASE.replace('supabase.co', 'Supabase.CO'),
  ])(
    'of Supabase, %s, unencrypted or unverified: is refused, and says how to encrypt and verify',
    (url) => {
      expect(faultOf(url)).toMatch(/no sslmode.*sslmode=verify-full&sslrootcert=<path>/)
    },
  )

  test.each(['#', '/', '?', '@#', '@/', '@?', '@x/#'])(
    'with %s in the password as it is: says how it is written',
    (sign) => {
      expect(faultOf(OWN.replace('word', sign))).toMatch(/Invalid URL.*# is %23, \/ is %2F/)
    },
  )

  test.each(['required', 'allow', 'verify', 'true', ''])(
    'with sslmode=%s, which is none: names those that are',
    (mode) => {
      expect(faultOf(`${OWN}?sslmode=${mode}`)).toMatch(
        /sslmode must be one of disable, .*verify-full/,
      )
    },
  )

  test.each(['sslrootcert', 'sslcert', 'sslkey'])(
    'with a %s that is not there: says so',
    (name) => {
      expect(faultOf(`${OWN}?sslmode=verify-full&${name}=/no/such/ca.crt`)).toMatch(
        new RegExp(`${name} names a file that cannot be read \\(ENOENT\\); put the file there`),
      )
    },
  )

  test('that asks for the check of a CA, and names none: is refused', () => {
    expect(faultOf(`${OWN}?sslmode=verify-ca&uselibpqcompat=true`)).toMatch(/needs sslrootcert/)
  })

  test('with a root certificate that is none: says how one begins', () => {
    const path = fileForTest('<html>Sign in to download</html>')

    expect(faultOf(`${OWN}?sslmode=verify-full&sslrootcert=${path}`)).toMatch(
      /sslrootcert names a file that is no certificate.*BEGIN CERTIFICATE/,
    )
  })

  test('with its root certificate: is accepted', () => {
    const path = fileForTest(makeAuthority('Root').certificate)

    const url = `${SUPABASE}?sslmode=verify-full&sslrootcert=${path}`

    expect(parseMigrateConfig({ DATABASE_URL: url }).databaseUrl).toBe(url)
  })

  test.each([
    OWN,
    `${OWN}?sslmode=require`,
    `${OWN}?sslmode=disable`,
    `${SUPABASE}?sslmode=require`,
    `${SUPABASE}?sslmode=verify-full&uselibpqcompat=true`,
    `${SUPABASE}?ssl=true`,
    `${SUPABASE}?sslmode=disable&sslmode=require`,
    `${OWN}?sslmode=require&uselibpqcompat=true`,
    'postgres://orgline:a%5Bb%5D%23c@127.0.0.1:5432/orgline',
    'postgres://orgline:secret@[::1]:5432/orgline',
    'postgres:///orgline?host=/var/run/postgresql',
  ])('%s, which leads to a database: is accepted', (url) => {
    expect(parseMigrateConfig({ DATABASE_URL: url }).databaseUrl).toBe(url)
  })
})
