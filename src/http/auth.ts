import type { RequestHandler } from 'express'
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { z } from 'zod'
import { AppError } from '../platform/errors.ts'
import { sameSecret } from '../platform/secrets.ts'
import { UserId } from './input/user-id.ts'
import { KEY_MARK, type KeyPrincipal, type Principal } from './principal.ts'
import { requestIdOf } from './request-context.ts'
import { areKeysAway, createKeyLookUp } from './token-keys.ts'
import type { TokenRefusals } from './token-refusals.ts'
import { claimRefused, whyExpired, whyRefused } from './why-refused.ts'

export interface AuthOptions {
  jwksUrl: string | undefined
  hs256Secret: string | undefined
  issuer: string
  adminKeys: { name: string; key: string }[]
  /** The issuer's keys are asked for at most this often. */
  keysEveryMs: number
}

const Claims = z.object({
  sub: UserId,
  role: z.literal('authenticated'),
  email: z.string().nullish(),
  is_anonymous: z.boolean().nullish(),
  exp: z.number(),
})

type Authenticate = (header: string | undefined) => Promise<Principal>

/** Whose key this is; undefined for one that is unknown, expired or revoked. */
export type FindKey = (key: string) => Promise<KeyPrincipal | undefined>

const INVALID =
  "The token is not valid here: sign in again at this deployment's own sign-in. Its operators find the reason in the log"
const UNKNOWN =
  'This is neither a key that is known here nor the token of a user: compare it with the one that you were given, or sign in for a new token'
const NO_USER =
  'The token is not one of a signed-in user: sign in, and send the access token of that session'

/**
 * Who sends this Authorization header: an operator by key, a program by the key of an organization,
 * which `findKey` looks up, or a user by a Supabase Auth JWT, which is verified here (signature,
 * exp, iss, aud, role) without asking anybody.
 * @throws AppError unauthorized, token_expired, anonymous_user, auth_unavailable, database_unavailable
 */
export function createAuthenticator(
  options: AuthOptions,
  findKey: FindKey,
  refusals: TokenRefusals,
): Authenticate {
  const verify = createVerifier(options, refusals)
  return async (header) => {
    const token = tokenOf(header)
    if (!token) throw new AppError('unauthorized', 'Send the header Authorization: Bearer <token>')
    const admin = operatorOf(token, options.adminKeys)
    if (admin) return { kind: 'admin', name: admin.name }
    if (token.startsWith(KEY_MARK)) {
      const key = await findKey(token)
      if (key) return key
      throw new AppError(
        'unauthorized',
        "The API key is unknown, expired or revoked: one of the organization's admins can make a new one",
      )
    }
    // A key with a slip in it, most of the time: that says nothing of how users' tokens are checked.
    if (algorithmOf(token) === undefined) throw new AppError('unauthorized', UNKNOWN)
    const payload = await verify(token)
    const claims = Claims.safeParse(payload)
    if (!claims.success) {
      const [issue] = claims.error.issues
      refusals.note(claimRefused(String(issue?.path[0]), payload))
      throw new AppError('unauthorized', NO_USER)
    }
    refusals.taken()
    if (claims.data.is_anonymous)
      throw new AppError(
        'anonymous_user',
        'Anonymous users cannot do this: sign in with an e-mail address',
      )
    const { sub: userId, email, exp } = claims.data
    return { kind: 'user', userId, email: email ?? undefined, untilMs: exp * 1_000 }
  }
}

/** What an Authorization header bears; undefined where that is nothing. */
export function tokenOf(header: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1]
}

/** The operator whose key the token is; compared in constant time. */
export function operatorOf(token: string, adminKeys: AuthOptions['adminKeys']) {
  return adminKeys.filter(({ key }) => sameSecret(token, key))[0]
}

/**
 * Checks tokens by the issuer's public keys, by the shared secret, or, while a project migrates from one
 * to the other, each token by what its own algorithm takes. The secret never verifies an asymmetric
 * algorithm, nor a public key HS256.
 */
function createVerifier(
  { jwksUrl, hs256Secret, issuer, keysEveryMs }: AuthOptions,
  refusals: TokenRefusals,
): (token: string) => Promise<JWTPayload> {
  const checks = { issuer, audience: 'authenticated', requiredClaims: ['exp', 'sub'] }
  const jwks = jwksUrl ? createKeyLookUp(jwksUrl, keysEveryMs) : undefined
  const secret = hs256Secret ? new TextEncoder().encode(hs256Secret) : undefined
  return async (token) => {
    try {
      const isShared = secret && (!jwks || algorithmOf(token) === 'HS256')
      const { payload } = isShared
        ? await jwtVerify(token, secret, { ...checks, algorithms: ['HS256'] })
        : await jwtVerify(token, jwks as JWTVerifyGetKey, {
            ...checks,
            algorithms: ['ES256', 'RS256', 'EdDSA'],
          })
      return payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        refusals.noteExpired(token, whyExpired(error.payload))
        throw new AppError('token_expired', 'The token has expired: renew it, or sign in again')
      }
      refusals.note(whyRefused(error, token, checks))
      if (!areKeysAway(error)) throw new AppError('unauthorized', INVALID)
      throw new AppError(
        'auth_unavailable',
        'The keys for checking tokens cannot be reached: try again in a few seconds',
        { cause: error },
      )
    }
  }
}

/** What a token says of how it was made; undefined for what is no token at all. */
function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg
  } catch {
    return undefined
  }
}

/** Express face of the authenticator: leaves the principal, and from where it came, in res.locals. */
export function requirePrincipal(authenticate: Authenticate): RequestHandler {
  return async (req, res, next) => {
    // What one token may see is nobody else's, in no cache on the way.
    res.set('Cache-Control', 'no-store')
    const principal = await authenticate(req.headers.authorization)
    res.locals.principal = {
      ...principal,
      from: { address: req.ip, requestId: requestIdOf(req) },
    } satisfies Principal
    next()
  }
}

export const requireAdmin: RequestHandler = (_req, res, next) => {
  if ((res.locals.principal as Principal).kind !== 'admin')
    throw new AppError('admin_required', 'Only operators with an admin key may do this')
  next()
}
