import express, { type Express, type Request, type RequestHandler } from 'express'
import helmet from 'helmet'
import { createAgentNumberRoutes } from '../agents/number-routes.ts'
import { createAgentRoutes } from '../agents/routes.ts'
import { createApiKeyRoutes } from '../api-keys/routes.ts'
import { createEverybodysDoNotCallRoutes } from '../calls/do-not-call/admin-routes.ts'
import { createDoNotCallRoutes } from '../calls/do-not-call/routes.ts'
import { createCallRoutes } from '../calls/outbound/routes.ts'
import { createCallRecordRoutes } from '../calls/records/routes.ts'
import { isElevenLabsSignature } from '../carriers/elevenlabs/signature.ts'
import { isTwilioSignature } from '../carriers/twilio/signature.ts'
import { createContactHistoryRoutes } from '../contacts/history-routes.ts'
import { createContactRoutes } from '../contacts/routes.ts'
import { createAuthenticator, requireAdmin, requirePrincipal } from '../http/auth.ts'
import { createBodyParsers, parseLeniently } from '../http/body.ts'
import { createHealthRoutes } from '../http/health-routes.ts'
import { createIdempotency } from '../http/idempotency.ts'
import { type Edge, methodNotAllowed, mountRoutes } from '../http/mount.ts'
import { answerNotFound, answerProblem } from '../http/problem.ts'
import { createRateLimits } from '../http/rate-limit.ts'
import { requestContext } from '../http/request-context.ts'
import type { Route } from '../http/route.ts'
import { createMessageRoutes } from '../messages/routes.ts'
import { createNotificationRoutes } from '../notifications/routes.ts'
import { createOrganizationChangeRoutes } from '../organizations/change-routes.ts'
import { createMemberRoutes } from '../organizations/members/routes.ts'
import { createOrganizationRoutes } from '../organizations/routes.ts'
import { createByHandRoutes } from '../phone-numbers/manual/routes.ts'
import { createOrderRoutes } from '../phone-numbers/orders/routes.ts'
import { createAnotherNumberRoutes } from '../phone-numbers/pool/add-number-routes.ts'
import { createPoolRoutes } from '../phone-numbers/pool/routes.ts'
import { createProvisionRoutes } from '../phone-numbers/provisioning/routes.ts'
import { createQuarantineRoutes } from '../phone-numbers/quarantine/routes.ts'
import { createPhoneNumberRoutes } from '../phone-numbers/routes.ts'
import { createExplainRoutes } from '../phone-numbers/trace/routes.ts'
import { AppError } from '../platform/errors.ts'
import { sameSecret } from '../platform/secrets.ts'
import { createErasureRoutes } from '../privacy/erasure-routes.ts'
import { createReconcileRoutes } from '../reconcile/routes.ts'
import { createUsageRoutes } from '../usage/routes.ts'
import { createElevenLabsRoutes } from '../webhooks/elevenlabs-routes.ts'
import { createTwilioRoutes } from '../webhooks/twilio-routes.ts'
import { createVoiceRoutes } from '../webhooks/voice-routes.ts'
import type { Context } from './context.ts'

/** Everything the server answers. Each route names its guard; there is no other way in. */
export function createRouteTable(context: Context): Route[] {
  const { config } = context
  return [
    ...createHealthRoutes(context),
    ...createOrganizationRoutes(context),
    ...createOrganizationChangeRoutes(context),
    ...createMemberRoutes(context),
    ...createApiKeyRoutes(context),
    ...createAgentNumberRoutes(context),
    ...createAgentRoutes(context),
    ...createPhoneNumberRoutes(context),
    ...createAnotherNumberRoutes(context),
    ...createPoolRoutes({ ...context, poolMin: config.pool.min }),
    ...createProvisionRoutes(context),
    ...createByHandRoutes(context),
    ...createQuarantineRoutes(context),
    ...createOrderRoutes({ ...context, waitMs: config.organizations.signupWaitMs }),
    ...createNotificationRoutes(context.notifications),
    ...createExplainRoutes(context),
    ...createReconcileRoutes(context),
    ...createContactRoutes(context),
    ...createContactHistoryRoutes(context),
    ...createErasureRoutes(context),
    ...createCallRecordRoutes(context),
    ...createCallRoutes(context),
    ...createUsageRoutes(context),
    ...createDoNotCallRoutes(context),
    ...createEverybodysDoNotCallRoutes(context),
    ...createMessageRoutes(context),
    ...createTwilioRoutes(context),
    ...createVoiceRoutes(context),
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
  app
    .route('/openapi.json')
    .get(serveOpenApi(routes))
    .all(methodNotAllowed(['GET']))
  app.use(mountRoutes(routes, createEdge(context)))
  app.use(answerNotFound)
  app.use(answerProblem)
  return app
}

function createEdge({ config, db, members, findKey }: Context): Edge {
  const limits = createRateLimits(config.server.rateLimitPerMinute)
  const authenticate = createAuthenticator(config.auth, findKey)
  const user = [limits.api, requirePrincipal(authenticate), limits.keys]
  return {
    guards: {
      public: { beforeBody: [], afterBody: [] },
      signup: { beforeBody: user, afterBody: [] },
      member: { beforeBody: user, afterBody: [] },
      admin: { beforeBody: [...user, requireAdmin], afterBody: [] },
      twilio: { beforeBody: [], afterBody: [requireTwilioSignature(config, limits.forgeries)] },
      elevenlabs: { beforeBody: [requireInitSecret(config, limits.forgeries)], afterBody: [] },
      elevenlabs_signed: {
        beforeBody: [],
        afterBody: [requireElevenLabsSignature(config, limits.forgeries), parseLeniently],
      },
    },
    bodies: createBodyParsers(),
    idempotency: createIdempotency(db, config.idempotencyLeaseMs),
    admit: async (principal) =>
      principal.kind === 'user' &&
      principal.email !== undefined &&
      members.takeUpInvites(principal.userId, principal.email),
  }
}

function requireTwilioSignature(
  config: Context['config'],
  forgeries: RequestHandler,
): RequestHandler {
  return requireProof(
    (req) => {
      const url = config.publicUrl + req.originalUrl
      const params = (req.body ?? {}) as Record<string, unknown>
      return isTwilioSignature(config.twilio.authToken, req.get('X-Twilio-Signature'), url, params)
    },
    'X-Twilio-Signature does not fit: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the URL Twilio calls',
    forgeries,
  )
}

function requireElevenLabsSignature(
  { elevenLabs }: Context['config'],
  forgeries: RequestHandler,
): RequestHandler {
  return requireProof(
    (req) => {
      const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
      const header = req.get('ElevenLabs-Signature')
      const secret = elevenLabs.webhookSecret
      return secret !== undefined && isElevenLabsSignature(secret, header, body, new Date())
    },
    'ElevenLabs-Signature does not fit, or is too old: check ELEVENLABS_WEBHOOK_SECRET',
    forgeries,
  )
}

function requireInitSecret(config: Context['config'], forgeries: RequestHandler): RequestHandler {
  return requireProof(
    (req) => sameSecret(req.get('X-Orgline-Secret') ?? '', config.elevenLabs.initSecret),
    'X-Orgline-Secret does not fit: run npm run setup:elevenlabs',
    forgeries,
  )
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

/** Made, and its library loaded, at the first request, not at start. */
function serveOpenApi(routes: Route[]): RequestHandler {
  let document: Promise<object> | undefined
  return async (_req, res) => {
    document ??= import('../http/openapi.ts').then(({ openApiDocument }) => openApiDocument(routes))
    res.json(await document)
  }
}
