import { createHash } from 'node:crypto'
import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { createConsole } from '../console/console.ts'
import { createAuthenticator, operatorOf, requireAdmin, requirePrincipal } from '../http/auth.ts'
import { createBodyParsers } from '../http/body.ts'
import { allowOrigins } from '../http/cors.ts'
import { createDocsRoutes } from '../http/docs/docs-routes.ts'
import { createIdempotency } from '../http/idempotency.ts'
import { createRateLimits, type RateLimits } from '../http/limits/rate-limit.ts'
import { createRecent } from '../http/limits/recent.ts'
import { type Edge, methodNotAllowed, mountRoutes } from '../http/mount.ts'
import { answerNotFound, answerProblem, limitUnreadable } from '../http/problem.ts'
import { requestContext } from '../http/request-context.ts'
import { createTokenRefusals } from '../http/token-refusals.ts'
import { createPlaces } from '../webhooks/bodies/places.ts'
import { reportProof } from '../webhooks/bodies/report-proof.ts'
import { requireProof } from '../webhooks/bodies/require-proof.ts'
import { createTurns } from '../webhooks/bodies/turns.ts'
import { twilioProof } from '../webhooks/bodies/twilio-proof.ts'
import { requireInitSecret } from '../webhooks/guards.ts'
import type { Context } from './context.ts'
import { countRequests } from './metrics/count-requests.ts'
import { serveMetrics } from './metrics/serve.ts'
import { requireHost } from './unparsed.ts'

/** How long a user to whom an organization has answered counts as its member, and how many do at most. */
const MEMBER_MS = 3_600_000
const MOST_MEMBERS = 10_000

/** The Express app: no port, no timers. */
export function createApp(context: Context): Express {
  const { routes, config } = context
  const limits = createRateLimits(
    config.server.rateLimitPerMinute,
    (token) => operatorOf(token, config.auth.adminKeys) !== undefined,
  )
  const app = express()
  app.disable('x-powered-by')
  // Of a body as it happens to be written; what has a version tells that (send).
  app.disable('etag')
  app.set('trust proxy', context.config.server.trustProxyHops)
  app.use(requestContext(context.log, context.refusalLog, routes))
  app.use(countRequests(context.metrics))
  app.use(helmet())
  app.use(requireHost(limits.open))
  app.use(allowOrigins(config.server.corsOrigins, limits.open))
  app
    .route('/openapi.json')
    .get(limits.open, serveOpenApi(context))
    .all(limits.open, methodNotAllowed(['GET']))
  const edge = createEdge(context, limits)
  app
    .route('/metrics')
    .get(edge.guards.admin, serveMetrics(context.metrics.contentType, context.readMetrics))
    .all(limits.open, methodNotAllowed(['GET']))
  app.use(createDocsRoutes(limits.open))
  app.use(mountRoutes(routes, edge))
  // Behind the routes: what carriers ask is never compared with it.
  app
    .route('/console{/*path}')
    .get(limits.files, createConsole(config.auth.signIn))
    .all(limits.open, methodNotAllowed(['GET']))
  // Whoever opens the server's own address is a person with a browser.
  app
    .route('/')
    .get(limits.open, (_req, res) => res.redirect('/console'))
    .all(limits.open, methodNotAllowed(['GET']))
  // What is not there, and what cannot even be read as a path, costs its address as what is there does.
  app.use(limits.open, answerNotFound)
  app.use(limitUnreadable(limits.open))
  app.use(answerProblem)
  return app
}

function createEdge(context: Context, limits: RateLimits): Edge {
  const { config, db, log, apiKeys, webhooks, keysEveryMs } = context
  const { refusals, overload } = webhooks
  const authenticate = createAuthenticator(
    { ...config.auth, keysEveryMs },
    apiKeys.findKey,
    createTokenRefusals(log.child({ name: 'auth' }), refusals),
  )
  const { api, guesses, keys } = limits
  const members = createRecent(MEMBER_MS, MOST_MEMBERS)
  const user = [api, guesses(requirePrincipal(authenticate)), keys]
  const unproven = {
    forgeries: limits.forgeries,
    places: createPlaces(),
    takeTurn: createTurns(),
  }
  return {
    guards: {
      public: [limits.open],
      signup: user,
      member: user,
      admin: [...user, requireAdmin],
      twilio: [requireProof(twilioProof(config, refusals), unproven), overload.proven],
      elevenlabs: [requireInitSecret(config, limits.forgeries), overload.proven],
      elevenlabs_signed: [requireProof(reportProof(config, refusals), unproven)],
    },
    bodies: createBodyParsers(members.has),
    idempotency: createIdempotency(db, config.idempotencyLeaseMs),
    noteMember: members.note,
  }
}

/** Made, and its library loaded, at the first request, not at start; written as JSON, and hashed, once. */
function serveOpenApi({ routes, events }: Context): RequestHandler {
  let made: Promise<{ text: Buffer; etag: string }> | undefined
  return async (_req, res) => {
    made ??= import('../http/openapi/document.ts').then(({ openApiDocument }) => {
      const text = Buffer.from(JSON.stringify(openApiDocument(routes, events.webhooks)))
      return { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` }
    })
    const { text, etag } = await made
    res.set({ ETag: etag, 'Cache-Control': 'no-cache' }).type('json').send(text)
  }
}
