import type { Request, RequestHandler } from 'express'
import { isElevenLabsSignature, secondsOff } from '../carriers/elevenlabs/signature.ts'
import { isTwilioSignature } from '../carriers/twilio/signature.ts'
import type { Config } from '../config/config.ts'
import { isBodyAsSigned } from '../http/body.ts'
import { AppError } from '../platform/errors.ts'
import { sameSecret } from '../platform/secrets.ts'
import type { RefusalWatch } from './refusal-watch.ts'

/** Lets Twilio in, by its signature over the URL it was given and the form. */
export function requireTwilioSignature(
  config: Config,
  forgeries: RequestHandler,
  refusals: RefusalWatch,
): RequestHandler {
  const { authToken, previousAuthToken, accountSid } = config.twilio
  return requireProof(
    (req) => {
      const params = (req.body ?? {}) as Record<string, unknown>
      const signature = req.get('X-Twilio-Signature')
      const tokens = accepted(authToken, previousAuthToken)
      // In a move: what was set before it is signed over the address before.
      const isSigned = config.addresses.some((address) =>
        tokens.some((token) =>
          isTwilioSignature(token, signature, address + req.originalUrl, params),
        ),
      )
      const isProven = isSigned && isBodyAsSigned(req)
      if (isProven) refusals.accepted('signature')
      // Whoever names another account is nobody that we wait for.
      else if (params.AccountSid === accountSid) refusals.refused('signature', req.path)
      return isProven
    },
    'X-Twilio-Signature does not fit: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the URL Twilio calls',
    forgeries,
  )
}

/** Lets ElevenLabs in, by its signature over the raw body. */
export function requireElevenLabsSignature(
  { elevenLabs }: Config,
  forgeries: RequestHandler,
  refusals: RefusalWatch,
): RequestHandler {
  return requireProof(
    (req) => {
      const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
      const header = req.get('ElevenLabs-Signature')
      const now = new Date()
      const secrets = accepted(elevenLabs.webhookSecret, elevenLabs.previousWebhookSecret)
      if (secrets.some((secret) => isElevenLabsSignature(secret, header, body, now))) {
        refusals.accepted('time')
        return true
      }
      const off = secrets
        .map((secret) => secondsOff(secret, header, body, now))
        .find(Number.isFinite)
      if (off !== undefined) refusals.refused('time', inWords(off))
      return false
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

function inWords(secondsAgo: number): string {
  const seconds = Math.abs(secondsAgo)
  return `by our clock the last was signed ${seconds} s ${secondsAgo > 0 ? 'ago' : 'from now'}`
}

/** A secret and the one before it: while they are exchanged, the sender may still have either. */
export function accepted(...secrets: (string | undefined)[]): string[] {
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
