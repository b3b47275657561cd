import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, RequestHandler, Response } from 'express'
import { Router } from 'express'
import type { Attempt } from '../platform/actor.ts'
import { AppError } from '../platform/errors.ts'
import { type BodyParsers, bodyParserFor, endBody } from './body.ts'
import type { Idempotency } from './idempotency.ts'
import { versionsWanted } from './input/if-match.ts'
import { parseInput } from './input/sent.ts'
import { organizationsIn, refuseForeignOrganization, requireScope } from './key-access.ts'
import type { Principal } from './principal.ts'
import { shownPath } from './problem.ts'
import { loggerOf, requestIdOf } from './request-context.ts'
import {
  type Guard,
  hasBytes,
  isForClients,
  type Reply,
  type Route,
  roleOf,
  type Transfer,
} from './route.ts'

export interface Edge {
  /** Proves who is calling, before the body is read; those that need it read it themselves. */
  guards: Record<Guard, RequestHandler[]>
  bodies: BodyParsers
  idempotency: Idempotency
  /** Is given each user to whom an organization has answered: no stranger. */
  noteMember: (userId: string) => void
}

/**
 * A router that serves exactly the routes of the table, each under its guard. Every request is compared with
 * one path after the other; what carriers ask, with a caller waiting, comes first.
 */
export function mountRoutes(routes: Route[], edge: Edge): Router {
  const router = Router()
  const ofCarriers = (route: Route) => !isForClients(route)
  for (const route of [...routes.filter(ofCarriers), ...routes.filter(isForClients)]) {
    const guard = edge.guards[route.guard]
    router[route.method](
      route.path,
      markRoute(route),
      ...(route.isProbe ? [markProbe] : guard),
      requireScope(route),
      ...bodyParserFor(route, edge.bodies),
      andThen(serve(route, edge), endBody),
    )
    // After its last method, so that a path that another one's parameter fits too stays itself.
    const methods = routes.filter(({ path }) => path === route.path)
    if (methods.at(-1) === route) {
      const allowed = methods.map(({ method }) => method.toUpperCase())
      router.all(route.path, ...edge.guards.public, methodNotAllowed(allowed))
    }
  }
  return router
}

/** Whose answer it is, also where a guard refuses: what counts it goes by the pattern, never by a URL. */
const markRoute =
  (route: Route): RequestHandler =>
  (_req, res, next) => {
    res.locals.route = route
    next()
  }

/** Whatever its URL is written like: what is asked every second has no line in the log. */
const markProbe: RequestHandler = (_req, res, next) => {
  res.locals.isProbe = true
  next()
}

/** For what is left of a path after its own methods. */
export function methodNotAllowed(allowed: string[]): RequestHandler {
  // Express answers HEAD wherever it answers GET.
  const methods = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return (req, res) => {
    res.set('Allow', methods.join(', '))
    throw new AppError(
      'method_not_allowed',
      `${req.method} is not possible on ${shownPath(req)}; allowed: ${methods.join(', ')}`,
    )
  }
}

function serve(route: Route, edge: Edge): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const principal = res.locals.principal as Principal | undefined
    const input = parseInput(route, req)
    const named = organizationsIn(input)
    refuseForeignOrganization(principal, named)
    const versions = versionsWanted(route, req.get('if-match'))
    const handle = (effectId: string, attempt?: Attempt) =>
      route.handle({
        ...input,
        principal: (attempt ? attempting(principal, attempt, req) : principal) as never,
        requestId: requestIdOf(req),
        prefersCsv: route.csv === true && req.accepts(['json', 'csv']) === 'csv',
        versions,
        effectId,
        hasKey: req.get('idempotency-key') !== undefined,
        lastEventId: req.get('last-event-id') || undefined,
        transfer: transferOf(route, req, res) as never,
        log: loggerOf(req),
      })
    if (route.csv) res.vary('Accept')
    const answer =
      route.idempotent && principal
        ? await edge.idempotency.run(
            req,
            principal,
            {
              organizationId: named[0],
              agentId: (input.params as { agentId?: string } | undefined)?.agentId,
              role: roleOf(route),
              takesAway: route.takesAway === true,
              isMarked: route.idempotent === 'marked',
            },
            handle,
          )
        : await handle(randomUUID())
    // Each of its organization's functions asks whether the user belongs to it.
    if (principal?.kind === 'user' && named.length > 0) edge.noteMember(principal.userId)
    // By the body, so that a stored answer has it too.
    if (answer.status === 201 && route.location) {
      res.set('Location', route.location(answer.body as never, input.params))
    }
    // Before the answer is sent: a stream has no end, and whoever reads one slowly would keep others' room.
    endBody(res)
    await send(res, answer)
  }
}

/** The same person, by whose change the key is marked. */
function attempting(principal: Principal | undefined, attempt: Attempt, req: Request) {
  const from = { address: undefined, requestId: requestIdOf(req), ...principal?.from, attempt }
  return { ...principal, from }
}

/** Range is of a GET alone; with If-Range, which asks for all of what has changed, all is the right answer. */
function transferOf(route: Route, req: Request, res: Response): Transfer | undefined {
  if (!hasBytes(route)) return undefined
  const gone = new AbortController()
  // One more than those that watch every answer, and the stream that goes into it.
  res.setMaxListeners(res.getMaxListeners() + 2).once('close', () => gone.abort())
  if (res.destroyed) gone.abort()
  const isHead = req.method === 'HEAD'
  const range = isHead || req.get('if-range') ? undefined : req.get('range')
  return { range, isHead, ended: gone.signal }
}

/** Whatever its sender does meanwhile: work at a request goes on when that has hung up. */
const andThen =
  (work: (req: Request, res: Response) => Promise<void>, end: (res: Response) => void) =>
  (req: Request, res: Response) =>
    work(req, res).finally(() => end(res))

async function send(res: Response, answer: Reply): Promise<void> {
  const { status, body, type, version, bytes } = answer
  res.status(status)
  if (version) res.set('ETag', `"${version}"`)
  if (bytes) await sendBytes(res.set(bytes.headers), bytes.body)
  else if (type === 'events' && body instanceof Readable) await sendEvents(res, body, answer.until)
  else if (body instanceof Readable) await pipeline(body, res.type('json')).catch(unlessLeft)
  else if (typeof body === 'string') res.type(type ?? 'text/xml').send(body)
  else res.json(body)
}

/** Proxies do not wait for more of it. Its connection ends with it. */
async function sendEvents(res: Response, body: Readable, signal: AbortSignal | undefined) {
  res.type('text/event-stream').set({
    Connection: 'close',
    // Source: nginx, proxy_buffering.
    'X-Accel-Buffering': 'no',
  })
  res.locals.hasNoEnd = true
  if (res.req.method !== 'HEAD')
    return pipeline(body, res, { ...(signal && { signal }) }).catch(unlessLeft)
  body.destroy()
  res.end()
}

/** Where they break off, so does the connection: nobody takes a part for the whole. */
async function sendBytes(res: Response, body: Readable | null): Promise<void> {
  if (body) await pipeline(body, res).catch(unlessLeft)
  else res.end()
}

/** Whoever goes before the end of an answer, or is left behind, did not want the rest: no fault of ours. */
function unlessLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'ABORT_ERR') throw error
}
