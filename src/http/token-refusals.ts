import { decodeJwt, decodeProtectedHeader, errors } from 'jose'
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
    const { iss, aud } = decodeJwt(token)
    const { claim } = error
    if (claim === 'iss') return `iss is ${quote(iss)}, wanted ${quote(wanted.issuer)}`
    if (claim === 'aud') return `aud is ${quote(aud)}, wanted ${quote(wanted.audience)}`
    return `the claim ${claim} is missing or wrong`
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

/** At most so much of what a stranger sent. */
function quote(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'missing'
}
