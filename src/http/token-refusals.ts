import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose'
import type { Logger } from '../platform/logger.ts'

/** How often the log tells that tokens are refused. */
const REPORT_EVERY_MS = 60_000

/** So many refused one after the other, and none taken between them, are every token. */
const ALL = 10

export interface TokenRefusals {
  /** Tells the log why, at most once a minute; and a person, where every token is refused. */
  note(reason: string): void
  /** A token was taken. */
  taken(): void
}

/** Who tells a person, from time to time, what was let in and what was not. */
interface Watch {
  accepted(kind: 'token'): void
  refused(kind: 'token', detail: string): void
}

/** Whoever sets the server up must see which claim is wrong; whoever sends a token must not flood the log. */
export function createTokenRefusals(
  log: Logger,
  watch: Watch,
  now: () => number = Date.now,
): TokenRefusals {
  let reported = Number.NEGATIVE_INFINITY
  let unreported = 0
  let inARow = 0
  return {
    taken() {
      inARow = 0
      watch.accepted('token')
    },
    note(reason) {
      inARow += 1
      if (inARow >= ALL) watch.refused('token', reason)
      unreported += 1
      if (now() - reported < REPORT_EVERY_MS) return
      log.warn(
        { reason, refused: unreported },
        'tokens of users are refused: compare AUTH_ISSUER, AUTH_JWKS_URL and AUTH_HS256_SECRET with the issuer',
      )
      reported = now()
      unreported = 0
    },
  }
}

/** Which claim was found and which wanted; never the token, its signature or whom it is about. */
export function whyRefused(
  error: unknown,
  token: string,
  wanted: { issuer: string; audience: string },
): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const claims = decodeJwt(token)
    const { claim } = error
    if (claim === 'iss') return `iss is ${quote(claims.iss)}, wanted ${quote(wanted.issuer)}`
    if (claim === 'aud') return `aud is ${quote(claims.aud)}, wanted ${quote(wanted.audience)}`
    return claimRefused(claim, claims)
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return `no key of AUTH_JWKS_URL has the kid ${quote(decodeProtectedHeader(token).kid)}`
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature does not fit'
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `the algorithm is ${quote(decodeProtectedHeader(token).alg)}, which is not accepted here`
  }
  return error instanceof errors.JOSEError ? error.code : 'the keys cannot be reached'
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
export function claimRefused(claim: string, claims: JWTPayload): string {
  const value = claims[claim]
  const found = PERSONAL.includes(claim) ? kindOf(value) : quote(value)
  return `${claim} is ${found}, wanted ${WANTED[claim] ?? 'another'}`
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
