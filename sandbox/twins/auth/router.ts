import cors from 'cors'
import express, { type RequestHandler, type Router } from 'express'
import { errorHandler } from '../core/error-handler.ts'
import { send } from '../core/respond.ts'
import type { Reply } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { issueToken, keySet, RefreshRequest, refreshToken, TokenRequest } from './tokens.ts'

/**
 * Supabase Auth: the key set, and tokens for whoever asks. It answers pages of any origin, with whatever
 * headers their client sends, as Supabase does: who calls says so in Authorization, not by a cookie.
 */
export function authRouter(world: World): Router {
  const router = express.Router()
  router.use(cors())
  router.get('/v1/.well-known/jwks.json', (_req, res) => {
    res.json(keySet(world))
  })
  const signIn: RequestHandler = async (req, res) => {
    const request = TokenRequest.safeParse(req.body)
    if (!request.success) return send(res, failure(400))
    res.json(await issueToken(world, request.data))
  }
  const refresh: RequestHandler = async (req, res) => {
    const request = RefreshRequest.safeParse(req.body)
    const signedIn = request.success ? await refreshToken(world, request.data) : undefined
    if (signedIn === undefined) return send(res, unknownRefreshToken)
    res.json(signedIn)
  }
  router.post('/v1/token', express.json(), (req, res, next) =>
    req.query.grant_type === 'refresh_token' ? refresh(req, res, next) : signIn(req, res, next),
  )
  router.post('/v1/signup', express.json(), signIn)
  router.post('/v1/logout', (_req, res) => res.status(204).end())
  router.use((_req, res) => send(res, failure(404)))
  router.use(errorHandler(world, failure))
  return router
}

const codes: Record<number, [code: string, message: string]> = {
  400: ['validation_failed', 'The body must be {email, is_anonymous?, expires_in?}'],
  404: ['not_found', 'Not found'],
}

const unknownRefreshToken: Reply = {
  status: 400,
  body: {
    code: 400,
    error_code: 'refresh_token_not_found',
    msg: 'Invalid Refresh Token: Refresh Token Not Found',
  },
}

function failure(status: number): Reply {
  const [error_code, msg] = codes[status] ?? ['unexpected_failure', 'Something went wrong']
  return { status, body: { code: status, error_code, msg } }
}
