import { createHash } from 'node:crypto'
import querystring from 'node:querystring'
import type { Request } from 'express'
import { isTwilioSignature } from '../../carriers/twilio/signature.ts'
import type { Config } from '../../config/config.ts'
import { accepted } from '../accepted-secrets.ts'
import type { RefusalWatch } from '../refusal-watch.ts'
import type { Proof } from './require-proof.ts'

/** Twilio sends up to 64 kB, and may add parameters at any time. */
const LIMIT = 256 * 1_024
const MAX_PARAMETERS = 1_000

/** Base64 of the 20 bytes of an HMAC-SHA1. */
const FORM = /^[A-Za-z0-9+/]{27}=$/

/** Twilio's signature over the URL it was given and the form, which is the body that the route gets. */
export function twilioProof(config: Config, refusals: RefusalWatch): Proof {
  const { authToken, previousAuthToken, accountSid } = config.twilio
  const tokens = accepted(authToken, previousAuthToken)
  return {
    limit: LIMIT,
    detail:
      'X-Twilio-Signature does not fit: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the URL Twilio calls',
    begin(req) {
      const signature = req.get('X-Twilio-Signature') ?? ''
      if (!FORM.test(signature)) return undefined
      return {
        take: () => true,
        proves(body) {
          const params = req.is('application/x-www-form-urlencoded') ? formOf(body) : {}
          // In a move: what was set before it is signed over the address before.
          const isSigned = config.addresses.some((address) =>
            tokens.some((token) =>
              isTwilioSignature(token, signature, address + req.originalUrl, params),
            ),
          )
          const isProven = isSigned && isBodyAsSigned(req, body)
          if (isProven) {
            refusals.accepted('signature')
            req.body = params
          }
          // Whoever names another account is nobody that we wait for.
          else if (params.AccountSid === accountSid) refusals.refused('signature', req.path)
          return isProven
        },
      }
    },
  }
}

/** Where the URL, which the signature covers, has `bodySHA256`, the body is the one with that hash. */
function isBodyAsSigned(req: Request, body: Buffer): boolean {
  const { bodySHA256 } = req.query
  return bodySHA256 === undefined || bodySHA256 === createHash('sha256').update(body).digest('hex')
}

/** Names stay as they are: `Media[0]` read as a list would not fit the signature. */
function formOf(body: Buffer): querystring.ParsedUrlQuery {
  return querystring.parse(body.toString('utf8'), '&', '=', { maxKeys: MAX_PARAMETERS })
}
