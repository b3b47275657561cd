import cors from 'cors'
import express, { type Router } from 'express'
import { errorHandler } from '../core/error-handler.ts'
import { send } from '../core/respond.ts'
import type { Reply } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { issueToken, keySet, TokenRequest } from './tokens.ts'

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
  router.post('/v1/token', express.json(), async (req, res) => {
    const request = TokenRequest.safeParse(req.body)
    if (!request.success) return send(res, failure(400))
    res.json(await issueToken(world, request.data))
  })
  router.use((_req, res) => send(res, failure(404)))
  router.use(errorHandler(world, failure))
  return router
}

const codes: Record<number, [code: string, message: string]> = {
  400: ['validation_failed', 'The body must be {email, is_anonymous?, expires_in?}'],
  404: ['not_found', 'Not found'],
}

function failure(status: number): Reply {
  const [error_code, msg] = codes[status] ?? ['unexpected_failure', 'Something went wrong']
  return { status, body: { code: status, error_code, msg } }
}
