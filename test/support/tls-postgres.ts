import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { Client } from 'pg'
import { expect, vi } from 'vitest'
import { type Authority, issueFor, makeAuthority } from './certificates.ts'
import { sql } from './database.ts'

/**
 * Turns TLS on at a running PostgreSQL, with a certificate for 127.0.0.1 of a CA of its own, as hosted
 * databases have one. `only`: who does not encrypt is not let in.
 */
export async function turnTlsOn(url: string, { only = false } = {}): Promise<Authority> {
  const authority = makeAuthority('Orgline Test Root')
  if (only) await write(url, 'pg_hba.conf', 'hostssl all all 127.0.0.1/32 scram-sha-256')
  await useCertificate(url, issueFor(authority, '127.0.0.1'))
  return authority
}

/** Puts another certificate in the place of the server's, and waits until it is shown. */
export async function useCertificate(
  url: string,
  issued: { certificate: string; key: string },
): Promise<void> {
  await write(url, 'server.crt', issued.certificate)
  await write(url, 'server.key', issued.key)
  await sql(url, 'alter system set ssl = on')
  await sql(url, 'select pg_reload_conf()')
  const { fingerprint256 } = new X509Certificate(issued.certificate)
  await vi.waitFor(async () => expect(await shownBy(url)).toBe(fingerprint256), 60_000)
}

async function shownBy(url: string): Promise<string> {
  const client = new Client({ connectionString: url, ssl: { rejectUnauthorized: false } })
  await client.connect()
  const { stream } = (client as unknown as { connection: { stream: TLSSocket } }).connection
  const { fingerprint256 } = stream.getPeerCertificate()
  await client.end()
  return fingerprint256
}

/** Into the server's own folder, by the server: nobody else may read its key. */
async function write(url: string, file: string, text: string): Promise<void> {
  const lines = text.trim().split('\n')
  const values = lines.map((line) => `('${line}')`).join(', ')
  await sql(url, `copy (values ${values}) to program 'umask 077 && cat > ${file}'`)
}
