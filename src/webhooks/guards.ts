import type { Request, RequestHandler } from 'express'
import { isElevenLabsSignature } from '../carriers/elevenlabs/signature.ts'
import { isTwilioSignature } from '../carriers/twilio/signature.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../platform/errors.ts'
import { sameSecret } from '../platform/secrets.ts'

/** Lets Twilio in, by its signature over the URL it was given and the form. */
export function requireTwilioSignature(config: Config, forgeries: RequestHandler): RequestHandler {
  const { authToken, previousAuthToken } = config.twilio
  return requireProof(
    (req) => {
      const url = config.publicUrl + req.originalUrl
      const params = (req.body ?? {}) as Record<string, unknown>
      const signature = req.get('X-Twilio-Signature')
      return accepted(authToken, previousAuthToken).some((token) =>
        isTwilioSignature(token, signature, url, params),
      )
    },
    'X-Twilio-Signature does not fit: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the URL Twilio calls',
    forgeries,
  )
}

/** Lets ElevenLabs in, by its signature over the raw body. */
export function requireElevenLabsSignature(
  { elevenLabs }: Config,
  forgeries: RequestHandler,
): RequestHandler {
  return requireProof(
    (req) => {
      const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
      const header = req.get('ElevenLabs-Signature')
      return accepted(elevenLabs.webhookSecret, elevenLabs.previousWebhookSecret).some((secret) =>
        isElevenLabsSignature(secret, header, body, new Date()),
      )
    },
    'ElevenLabs-Signature does not fit, or is too old: check ELEVENLABS_WEBHOOK_SECRET',
    forgeries,
  )
}

/** Lets ElevenLabs' question before a call in, by the secret it was given. */
export function requireInitSecret(config: Config, forgeries: RequestHandler): RequestHandler {
  return requireProof(
    (req) => {
      const given = req.get('X-Orgline-Secret') ?? ''
      const { initSecret, previousInitSecret } = config.elevenLabs
      return accepted(initSecret, previousInitSecret).some((secret) => sameSecret(given, secret))
    },
    'X-Orgline-Secret does not fit: run npm run setup:elevenlabs',
    forgeries,
  )
}

/** A secret and the one before it: while they are exchanged, the sender may still have either. */
function accepted(...secrets: (string | undefined)[]): string[] {
  return secrets.filter((secret) => secret !== undefined)
}

/** Lets a proven sender in, however busy; others are turned away, and counted by `forgeries`. */
function requireProof(
  isProven: (req: Request) => boolean,
  detail: string,
  forgeries: RequestHandler,
): RequestHandler {
  return (req, res, next) => {
    if (isProven(req)) return next()
    forgeries(req, res, (thrown?: unknown) =>
      next(thrown ?? new AppError('signature_invalid', detail)),
    )
  }
}
