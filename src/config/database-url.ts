import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { unreadable } from './secrets.ts'

/**
 * What `sslmode` may be. All but `disable` encrypt, and all but `disable` and `no-verify` check the
 * server's certificate and its name, whatever they mean elsewhere (database/connection.ts).
 */
const MODES = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full']

/** Parameters that name a file, as node-postgres reads them. */
const FILES = ['sslrootcert', 'sslcert', 'sslkey']

/** Reached over the internet, and by a certificate of a CA of their own. */
const SUPABASE_HOST = /\.(supabase\.(co|com)|pooler\.supabase\.com)$/

const VERIFIED =
  'append ?sslmode=verify-full&sslrootcert=<path>, with the certificate from Supabase > Project Settings > Database > SSL Configuration'

/** A connection string of PostgreSQL, with files that are there. */
export const DatabaseUrl = z
  .string()
  .trim()
  .superRefine((value, context) => {
    const wrong = wrongWith(value)
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong })
  })

/** What is wrong with it, if anything; never repeats a part of it but the names of parameters. */
function wrongWith(value: string): string | undefined {
  if (hasPlaceholder(value)) {
    return "still has a placeholder such as [YOUR-PASSWORD]: put the database's password in its place, with special characters percent-encoded (@ is %40, # is %23, / is %2F)"
  }
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || isCutShort(url)) {
    return 'Invalid URL: must be postgres://user:password@host:5432/database, with special characters of the password percent-encoded (@ is %40, # is %23, / is %2F)'
  }
  const parameters = url.searchParams
  const mode = parameters.get('sslmode')
  if (mode !== null && !MODES.includes(mode)) {
    return `sslmode must be one of ${MODES.join(', ')}`
  }
  for (const name of FILES) {
    const path = parameters.get(name)
    const fault = path === null ? undefined : wrongFile(name, path)
    if (fault) return `${name} ${fault}`
  }
  if (SUPABASE_HOST.test(url.hostname) && !usesTls(parameters)) {
    return `has no sslmode that encrypts and verifies, so that others could read or change what crosses the internet: ${VERIFIED}`
  }
  return undefined
}

/** Between the scheme and the last @, where a bracket that is meant is percent-encoded. */
function hasPlaceholder(value: string): boolean {
  const [, credentials = ''] = /^\w+:\/\/(.*)@/.exec(value) ?? []
  return /[[<][^\]>]*[\]>]/.test(credentials) || /%5BYOUR-PASSWORD%5D/i.test(credentials)
}

/** Whether a special character of the password has ended it too early, so that its rest came after the host. */
function isCutShort({ hash, pathname, searchParams }: URL): boolean {
  return [hash, pathname, ...searchParams.keys()].some((part) => part.includes('@')) || hash !== ''
}

/** Whether it encrypts, and checks whom it talks to; `ssl` counts as node-postgres reads it. */
function usesTls(parameters: URLSearchParams): boolean {
  const mode = parameters.get('sslmode')
  if (mode !== null) return mode !== 'disable' && mode !== 'no-verify'
  const ssl = parameters.get('ssl')
  if (ssl !== null) return ssl === 'true' || ssl === '1'
  return FILES.some((name) => parameters.has(name))
}

function wrongFile(name: string, path: string): string | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return unreadable((error as NodeJS.ErrnoException).code)
  }
  return name === 'sslrootcert' && !isCertificate(text)
    ? 'names a file that is no certificate; it must begin with -----BEGIN CERTIFICATE-----'
    : undefined
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined
  } catch {
    return false
  }
}
