import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { EmbeddedPostgres } from '../../sandbox/postgres/embedded-postgres.ts'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { type Authority, issueFor, makeAuthority } from '../support/certificates.ts'
import { sql } from '../support/database.ts'
import { fileForTest } from '../support/folder.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { openDatabase } from '../support/stand-in.ts'
import { turnTlsOn, useCertificate } from '../support/tls-postgres.ts'

const Ping = z.object({ deployment: z.string() })

/** The certificate of a server belongs to the whole server, so these have one of their own. */
describe('a database that encrypts, with a CA of its own', () => {
  let postgres: EmbeddedPostgres
  let authority: Authority
  beforeAll(async () => {
    postgres = await startOwnPostgres()
    await sql(postgres.url('postgres'), 'create database orgline')
    await migrate(postgres.url('orgline'), MIGRATIONS)
    authority = await turnTlsOn(postgres.url('postgres'))
  })
  afterAll(() => postgres.stop())

  const trusted = () => `&sslrootcert=${fileForTest(authority.certificate)}`
  const withQuery = (query: string) => `${postgres.url('orgline')}?${query}`

  /** Whether the server's connection is encrypted, or what keeps them from coming about. */
  async function connect(url: string): Promise<boolean | string> {
    const db = openDatabase(url)
    try {
      await db.rpc('ping', {}, Ping)
    } catch (thrown) {
      return (thrown as { remedy?: string }).remedy ?? String(thrown)
    }
    const [row] = await sql<{ ssl: boolean }>(
      postgres.url('orgline'),
      `select s.ssl from pg_stat_ssl s join pg_stat_activity a using (pid)
       where a.application_name = 'orgline' and a.datname = 'orgline' order by a.backend_start desc limit 1`,
    )
    return row?.ssl ?? 'no connection'
  }

  test.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'asked with sslmode=%s and that CA, is spoken to encrypted',
    async (mode) => {
      expect(await connect(withQuery(`sslmode=${mode}${trusted()}`))).toBe(true)
    },
  )

  test.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'asked with sslmode=%s and no CA, is refused, with where to get the certificate',
    async (mode) => {
      expect(await connect(withQuery(`sslmode=${mode}`))).toMatch(
        /not of a CA that this machine trusts.*SSL Configuration.*sslrootcert=<path/,
      )
    },
  )

  test('asked with the CA of another, is refused', async () => {
    const other = fileForTest(makeAuthority('Somebody else').certificate)

    expect(await connect(withQuery(`sslmode=verify-full&sslrootcert=${other}`))).toMatch(
      /the certificate of another CA/,
    )
  })

  test.each([
    ['no-verify', 'sslmode=no-verify', true],
    ['require as libpq has it', 'uselibpqcompat=true&sslmode=require', true],
    ['disable', 'sslmode=disable', false],
    ['none', 'application_name=orgline', false],
  ])('asked with sslmode %s, is spoken to as asked', async (_, query, encrypted) => {
    expect(await connect(withQuery(query))).toBe(encrypted)
  })

  test.each([
    ['another address', () => issueFor(authority, '192.0.2.1'), /for another host/],
    ['a time that is over', () => issueFor(authority, '127.0.0.1', -1), /has expired/],
  ])('with a certificate for %s, is refused, and says why', async (_, issued, reason) => {
    await useCertificate(postgres.url('postgres'), issued())
    try {
      expect(await connect(withQuery(`sslmode=verify-full${trusted()}`))).toMatch(reason)
    } finally {
      await useCertificate(postgres.url('postgres'), issueFor(authority, '127.0.0.1'))
    }
  })

  test('migrated without the CA, says what to append, and what happened', async () => {
    await expect(migrate(withQuery('sslmode=verify-full'), MIGRATIONS)).rejects.toThrow(
      /sslmode=verify-full&sslrootcert=<path of that file>.*SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    )
  })

  test('migrated with the CA, is migrated', async () => {
    const url = withQuery(`sslmode=require${trusted()}`)

    expect((await migrate(url, MIGRATIONS)).functions).toBeGreaterThan(0)
  })
})

describe('a database that takes encrypted connections only', () => {
  let postgres: EmbeddedPostgres
  beforeAll(async () => {
    postgres = await startOwnPostgres()
    await turnTlsOn(postgres.url('postgres'), { only: true })
  })
  afterAll(() => postgres.stop())

  test('asked without sslmode, says to append it', async () => {
    await expect(migrate(postgres.url('postgres'), MIGRATIONS)).rejects.toThrow(
      /takes encrypted connections only: append sslmode=verify-full/,
    )
  })
})
