import { z } from 'zod'
import type { CheckSchema } from '../database/schema/check-schema.ts'
import { AppError } from '../platform/errors.ts'
import { type Route, reply, route } from './route.ts'

export interface Readiness {
  stopping: boolean
}

export function createHealthRoutes(deps: {
  checkSchema: CheckSchema
  readiness: Readiness
  /** Of the release. */
  version: string
  /** How often the database is asked at most, whoever wants to know. */
  readyEveryMs: number
  /** How long its answer may take. */
  readyWaitMs: number
  now?: () => number
}): Route[] {
  const checkDatabase = atMostEvery(deps.readyEveryMs, deps.now ?? (() => performance.now()), () =>
    deps.checkSchema(AbortSignal.timeout(deps.readyWaitMs)),
  )
  return [
    route({
      method: 'get',
      path: '/livez',
      operationId: 'getLiveness',
      guard: 'public',
      isProbe: true,
      summary: 'The process runs, and which release it is',
      replies: {
        200: z.object({ status: z.literal('ok'), version: z.string() }),
      },
      handle: async () => reply(200, { status: 'ok', version: deps.version }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      operationId: 'getReadiness',
      guard: 'public',
      isProbe: true,
      summary:
        'Requests can be served: the database answers, it fits this release, and no shutdown has begun',
      replies: { 200: z.object({ status: z.literal('ready') }) },
      problems: ['not_ready', 'database_unavailable'],
      async handle() {
        if (deps.readiness.stopping) throw new AppError('not_ready', 'The server is shutting down')
        await checkDatabase()
        return reply(200, { status: 'ready' })
      },
    }),
  ]
}

/** Whoever asks so soon after the last question gets its answer, also where that is not there yet. */
function atMostEvery<T>(
  everyMs: number,
  now: () => number,
  ask: () => Promise<T>,
): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined
  return () => {
    if (last && now() - last.at < everyMs) return last.answer
    last = { at: now(), answer: ask() }
    return last.answer
  }
}
