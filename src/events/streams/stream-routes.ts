import { z } from 'zod'
import { refusalOf } from '../../http/input/refusal.ts'
import { actorOf, type Principal } from '../../http/principal.ts'
import { type Route, replyEvents, route } from '../../http/route.ts'
import { OrganizationParams } from '../../http/schemas.ts'
import type { ProblemCode } from '../../platform/errors.ts'
import type { EventStreams } from './event-streams.ts'
import { CursorInput, type Place } from './place.ts'

const StreamQuery = z.strictObject({
  after: CursorInput.optional().meta({
    description:
      'The `id` behind which the stream begins, for clients that cannot send Last-Event-ID; without either it begins now',
    examples: ['NzUxMjM0NTY3ODkwMTIzNDU2Ny0wMDAwMDAwMS44MTIzNDUuNDQwMTI'],
  }),
})

const problems: ProblemCode[] = ['cursor_outdated', 'too_many_streams', 'not_ready']

/** What happens, as it happens: for whoever may read texts, calls and contacts, which is what events show. */
export function createStreamRoutes({ streams }: { streams: EventStreams }): Route[] {
  /** `organizationId` null: of all. */
  async function follow(
    principal: Principal,
    organizationId: string | null,
    sent: { lastEventId: string | undefined; after: Place | undefined },
  ) {
    const follower = {
      actor: actorOf(principal),
      organizationId,
      untilMs: principal.kind === 'user' ? principal.untilMs : undefined,
    }
    const stream = await streams.open(follower, lastRead(sent.lastEventId) ?? sent.after)
    return replyEvents(stream, stream.cut)
  }

  return [
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/events',
      operationId: 'streamEvents',
      guard: 'member',
      scope: 'read',
      summary: 'What happens to an organization, as it happens: a stream of server-sent events',
      params: OrganizationParams,
      query: StreamQuery,
      replies: { 200: 'events' },
      problems: ['organization_not_found', ...problems],
      handle: ({ principal, params, query: { after }, lastEventId }) =>
        follow(principal, params.organizationId, { lastEventId, after }),
    }),
    route({
      method: 'get',
      path: '/api/admin/events',
      operationId: 'streamAllEvents',
      guard: 'admin',
      summary: 'What happens to every organization, as it happens: a stream of server-sent events',
      query: StreamQuery,
      replies: { 200: 'events' },
      problems,
      handle: ({ principal, query: { after }, lastEventId }) =>
        follow(principal, null, { lastEventId, after }),
    }),
  ]
}

/** Newer than what the address says, which a client that comes back keeps. @throws AppError validation_failed */
function lastRead(lastEventId: string | undefined): Place | undefined {
  if (lastEventId === undefined) return undefined
  const parsed = CursorInput.safeParse(lastEventId)
  if (parsed.success) return parsed.data
  throw refusalOf(
    'validation_failed',
    parsed.error.issues.map(({ message }) => ({ path: 'header.Last-Event-ID', message })),
  )
}
