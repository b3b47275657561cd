import type { RequestHandler } from 'express'
import type { Config } from '../config/config.ts'
import { watchBody } from '../http/input/body-time.ts'
import type { Forgeries } from '../http/limits/rate-limit.ts'
import { refusing } from '../http/limits/refusing.ts'
import { AppError } from '../platform/errors.ts'
import { sameSecret } from '../platform/secrets.ts'
import { accepted } from './accepted-secrets.ts'

/** Lets ElevenLabs' question before a call in, by the secret it was given, which no body is read for. */
export function requireInitSecret(config: Config, forgeries: Forgeries): RequestHandler {
  const { initSecret, previousInitSecret } = config.elevenLabs
  const secrets = accepted(initSecret, previousInitSecret)
  return (req, res, next) => {
    watchBody(req, res).addEventListener('abort', () => req.destroy())
    const given = req.get('X-Orgline-Secret') ?? ''
    if (secrets.some((secret) => sameSecret(given, secret))) {
      forgeries.isProven(req)
      return next()
    }
    const error = new AppError(
      'signature_invalid',
      'X-Orgline-Secret does not fit: run npm run setup:elevenlabs',
    )
    return refusing(forgeries.count, error)(req, res, next)
  }
}
