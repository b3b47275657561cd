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
const SUPABASE_HOST = /\.(supabase\.(co|com)|pooler\.supabase\.com)\.?$/i

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
  if (parameters.getAll('sslmode').some((mode) => !MODES.includes(mode))) {
    return `sslmode must be one of ${MODES.join(', ')}`
  }
  for (const name of FILES) {
    for (const path of parameters.getAll(name)) {
      const fault = wrongFile(name, path)
      if (fault) return `${name} ${fault}`
    }
  }
  // As node-postgres reads them: of a parameter that stands twice the last counts, and `host` before the URL's own.
  const last = (name: string) => parameters.getAll(name).at(-1)
  if (last('sslmode') === 'verify-ca' && isCompatible(last) && !last('sslrootcert')) {
    return 'sslmode=verify-ca needs sslrootcert where uselibpqcompat=true stands beside it'
  }
  if (SUPABASE_HOST.test(last('host') || url.hostname) && !isVerified(last)) {
    return `has no sslmode that encrypts and verifies, so that others could read or change what crosses the internet: ${VERIFIED}`
  }
  return undefined
}

type Parameter = (name: string) => string | undefined

/** Whether `sslmode` means what it means to libpq. */
function isCompatible(last: Parameter): boolean {
  return last('uselibpqcompat') === 'true'
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

/** Whether it encrypts, and checks the server's certificate and its name. */
function isVerified(last: Parameter): boolean {
  const mode = last('sslmode')
  // To libpq all others leave out the name at least.
  if (mode && isCompatible(last)) return mode === 'verify-full'
  if (mode) return mode !== 'disable' && mode !== 'no-verify'
  return FILES.some(last) || ['true', '1'].includes(last('ssl') ?? '')
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
