import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { isTwilioSignature } from './carriers/twilio/signature.ts'
import type { Context } from './context.ts'
import { createAuthenticator, requireAdmin, requirePrincipal } from './http/auth.ts'
import { createBodyParsers } from './http/body.ts'
import { createHealthRoutes } from './http/health-routes.ts'
import { createIdempotency } from './http/idempotency.ts'
import { type Edge, mountRoutes } from './http/mount.ts'
import { openApiDocument } from './http/openapi.ts'
import { answerNotFound, answerProblem } from './http/problem.ts'
import { createRateLimits } from './http/rate-limit.ts'
import { requestContext } from './http/request-context.ts'
import type { Route } from './http/route.ts'
import { createNotificationRoutes } from './notifications/routes.ts'
import { createOrganizationRoutes } from './organizations/routes.ts'
import { createOrderRoutes } from './phone-numbers/order-routes.ts'
import { createPhoneNumberRoutes } from './phone-numbers/routes.ts'
import { AppError } from './platform/errors.ts'
import { sameSecret } from './platform/secrets.ts'
import { createElevenLabsRoutes } from './webhooks/elevenlabs-routes.ts'
import { createTwilioRoutes } from './webhooks/twilio-routes.ts'

/** Everything the server answers. Each route names its guard; there is no other way in. */
export function createRouteTable(context: Context): Route[] {
  const { config } = context
  return [
    ...createHealthRoutes(context),
    ...createOrganizationRoutes({ ...context, agentId: config.elevenLabs.agentId }),
    ...createPhoneNumberRoutes(context),
    ...createOrderRoutes({ ...context, waitMs: config.organizations.signupWaitMs }),
    ...createNotificationRoutes(context.notifications),
    ...createTwilioRoutes(context),
    ...createElevenLabsRoutes(context),
  ]
}

/** The Express app: no port, no timers. */
export function createApp(context: Context): Express {
  const routes = createRouteTable(context)
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', context.config.server.trustProxyHops)
  app.use(requestContext(context.log))
  app.use(helmet())
  app.get(
    '/openapi.json',
    serveOnce(() => openApiDocument(routes)),
  )
  app.use(mountRoutes(routes, createEdge(context)))
  app.use(answerNotFound)
  app.use(answerProblem)
  return app
}

function createEdge({ config, db }: Context): Edge {
  const limits = createRateLimits(config.server.rateLimitPerMinute)
  const user = [limits.api, requirePrincipal(createAuthenticator(config.auth))]
  return {
    guards: {
      public: { beforeBody: [], afterBody: [] },
      signup: { beforeBody: user, afterBody: [] },
      member: { beforeBody: user, afterBody: [] },
      admin: { beforeBody: [...user, requireAdmin], afterBody: [] },
      twilio: { beforeBody: [limits.webhooks], afterBody: [requireTwilioSignature(config)] },
      elevenlabs: { beforeBody: [limits.webhooks, requireInitSecret(config)], afterBody: [] },
    },
    bodies: createBodyParsers(),
    idempotency: createIdempotency(db),
  }
}

function requireTwilioSignature(config: Context['config']): RequestHandler {
  return (req, _res, next) => {
    const url = config.publicUrl + req.originalUrl
    const params = (req.body ?? {}) as Record<string, unknown>
    if (!isTwilioSignature(config.twilio.authToken, req.get('X-Twilio-Signature'), url, params)) {
      throw new AppError(
        'signature_invalid',
        'X-Twilio-Signature does not fit: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the URL Twilio calls',
      )
    }
    next()
  }
}

function requireInitSecret(config: Context['config']): RequestHandler {
  return (req, _res, next) => {
    if (!sameSecret(req.get('X-Orgline-Secret') ?? '', config.elevenLabs.initSecret)) {
      throw new AppError(
        'signature_invalid',
        'X-Orgline-Secret does not fit: run npm run setup:elevenlabs',
      )
    }
    next()
  }
}

/** Made at the first request, not at start. */
function serveOnce(make: () => object): RequestHandler {
  let document: object | undefined
  return (_req, res) => {
    document ??= make()
    res.json(document)
  }
}
