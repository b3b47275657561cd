/** A connection came about without what its startup options asked for. */
export const OPTIONS_DROPPED = 'OPTIONS_DROPPED'

/** Why no connection comes about, and what a person does about it. */
interface Problem {
  remedy: string
  /** Whether it stays so until a person has done it. */
  isLasting: boolean
}

const POOLER =
  'A pooler stands between this server and PostgreSQL, and does not pass on the startup options that make each connection safe (role and statement_timeout). Let DATABASE_URL lead to PostgreSQL itself: of Supabase, the direct connection (db.<ref>.supabase.co, port 5432), or let the server use SUPABASE_URL and SUPABASE_SECRET_KEY instead. A pooler serves npm run migrate alone: of Supabase the session pooler (port 5432), not the transaction pooler (port 6543)'

const NO_WAY =
  "No way leads from this machine to the host of DATABASE_URL. Where the host has an IPv6 address only and this machine has none, as with Supabase's direct connection (db.<ref>.supabase.co): take the session pooler (Supabase > Connect > Session pooler, port 5432), which has IPv4, for npm run migrate, and SUPABASE_URL for the server. Else check the host's name and the network"

const UNTRUSTED =
  "The database's certificate is not of a CA that this machine trusts. Download the CA's certificate (Supabase > Project Settings > Database > SSL Configuration) and append sslmode=verify-full&sslrootcert=<path of that file> to DATABASE_URL; where sslrootcert is there already, it is the certificate of another CA"

/** Told by a code of Node (network, TLS) or an SQLSTATE, or by words where these tell too little. */
const problems: { codes?: string[]; words?: RegExp; remedy: string; passes?: true }[] = [
  {
    codes: [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
    ],
    remedy: UNTRUSTED,
  },
  {
    codes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
    remedy:
      "The database's certificate has expired, or this machine's clock is off: renew the one, or set the other",
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    remedy:
      "The database's certificate is for another host than DATABASE_URL names: name the host as the certificate does",
  },
  {
    words: /server does not support SSL/,
    remedy:
      'The database does not encrypt, and DATABASE_URL asks for it: turn ssl on at the server, or, where nobody else can listen, set sslmode=disable',
  },
  {
    words: /no encryption|SSL off|SSL connection is required/,
    remedy:
      'The database takes encrypted connections only: append sslmode=verify-full to DATABASE_URL, and sslrootcert=<path> where its CA is its own',
  },
  {
    codes: [OPTIONS_DROPPED],
    words: /unsupported startup parameter|command-line options/,
    remedy: POOLER,
  },
  {
    codes: ['28P01', '28000'],
    words: /password must be a string|Tenant or user not found/,
    remedy:
      'The database refuses the user or the password of DATABASE_URL. Set a new one (Supabase > Project Settings > Database > Reset database password), and write its special characters percent-encoded (@ is %40, # is %23, / is %2F); the user of a Supabase pooler is postgres.<ref>',
  },
  {
    codes: ['3D000'],
    remedy: 'The server has no database of the name that DATABASE_URL ends in: correct it',
  },
  {
    words: /permission denied to set role/,
    remedy:
      'The user of DATABASE_URL may not act as service_role. Let it, as a superuser: grant service_role to <user>',
  },
  {
    codes: ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'ENOTFOUND', 'ENODATA'],
    remedy: NO_WAY,
    passes: true,
  },
]

/** What keeps a connection from coming about, where it can be told. */
export function connectionProblem(codes: unknown[], message: string): Problem | undefined {
  const found = problems.find(
    (each) => each.codes?.some((code) => codes.includes(code)) || each.words?.test(message),
  )
  return found && { remedy: found.remedy, isLasting: !found.passes }
}

/** The error of a command that could not connect: what happened, and what to do. */
export function explained(thrown: unknown): Error {
  const { code, message } = thrown as { code?: string; message: string }
  const problem = connectionProblem([code], message)
  // Where several addresses failed there is a code and no message.
  const what = [code, message].filter(Boolean).join(': ')
  return new Error(
    problem ? `${problem.remedy} (${what})` : `The database cannot be reached: ${what}`,
    { cause: thrown },
  )
}
