import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose'
import { areKeysAway } from './token-keys.ts'

/** What is no token at all, in whatever way. */
export const NO_TOKEN = 'none'

/** Why a token is refused. There are few kinds, the claims and some others, whatever strangers send. */
export interface Refusal {
  kind: string
  reason: string
}

/** Which claim was found and which wanted; never the token, its signature or whom it is about. */
export function whyRefused(
  error: unknown,
  token: string,
  wanted: { issuer: string; audience: string },
): Refusal {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const claims = decodeJwt(token)
    const { claim } = error
    const { iss, aud } = claims
    if (claim === 'iss')
      return { kind: claim, reason: `iss is ${quote(iss)}, wanted ${quote(wanted.issuer)}` }
    if (claim === 'aud')
      return { kind: claim, reason: `aud is ${quote(aud)}, wanted ${quote(wanted.audience)}` }
    return claimRefused(claim, claims)
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    const kid = quote(decodeProtectedHeader(token).kid)
    return { kind: 'kid', reason: `no key of AUTH_JWKS_URL has the kid ${kid}` }
  }
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return { kind: 'signature', reason: 'the signature does not fit' }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    const alg = quote(decodeProtectedHeader(token).alg)
    return { kind: 'alg', reason: `the algorithm is ${alg}, which is not accepted here` }
  }
  if (areKeysAway(error))
    return { kind: 'keys', reason: 'the keys of AUTH_JWKS_URL cannot be read' }
  return { kind: NO_TOKEN, reason: (error as errors.JOSEError).code }
}

/** Of a token that is as it should be, and was signed too long ago for the clock of this server. */
export function whyExpired({ exp }: JWTPayload): string {
  const now = Math.floor(Date.now() / 1_000)
  return `exp is ${quote(exp)}, wanted a time in seconds after ${now}, which this server's clock says it is`
}

const A_TIME = 'a time in seconds'

/** What a claim of its own has to be. */
const WANTED: Record<string, string> = {
  exp: A_TIME,
  nbf: `${A_TIME} that has come`,
  iat: `${A_TIME} that has come`,
  role: '"authenticated"',
  sub: 'a uuid',
  email: 'a string or null',
  is_anonymous: 'a boolean or null',
}

/** Of these the kind alone is told: they say whom the token is about. */
const PERSONAL = ['sub', 'email', 'is_anonymous']

/** A claim that is not as it has to be: what it is, and what was wanted. */
export function claimRefused(claim: string, claims: JWTPayload): Refusal {
  const value = claims[claim]
  const found = PERSONAL.includes(claim) ? kindOf(value) : quote(value)
  return { kind: claim, reason: `${claim} is ${found}, wanted ${WANTED[claim] ?? 'another'}` }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object'
  return `a ${typeof value}`
}

/** At most so much of what a stranger sent. */
function quote(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'missing'
}
