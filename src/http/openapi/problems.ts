import { type ProblemCode, problemStatus } from '../../platform/errors.ts'
import { heedsIfMatch } from '../input/if-match.ts'
import { type Guard, isForClients, type Route } from '../route.ts'

/** What every request can meet before the server knows which route it asks. */
const beforeAnyRoute: ProblemCode[] = [
  'request_unreadable',
  'request_too_slow',
  'rate_limited',
  'headers_too_large',
]

const bearer: ProblemCode[] = [
  'unauthorized',
  'token_expired',
  'anonymous_user',
  'auth_unavailable',
  'database_unavailable',
  'too_many_at_once',
]

const webhook: ProblemCode[] = ['signature_invalid']

/** What every caller under a guard can meet. */
const byGuard: Record<Guard, ProblemCode[]> = {
  public: [],
  signup: bearer,
  member: bearer,
  admin: [...bearer, 'admin_required'],
  twilio: webhook,
  elevenlabs: webhook,
  elevenlabs_signed: webhook,
}

/** A body that is read before anybody knows who sent it. */
const unproven: ProblemCode[] = [
  'body_too_large',
  'body_too_slow',
  'unsupported_media_type',
  'webhooks_busy',
]

const json: ProblemCode[] = [
  'invalid_json',
  'body_too_large',
  'body_too_slow',
  'unsupported_media_type',
]

/** What is wrong with a body before its schema is asked; ElevenLabs' may be anything. */
const ofBody: Record<Guard, ProblemCode[]> = {
  public: [],
  signup: json,
  member: json,
  admin: json,
  twilio: unproven,
  elevenlabs: [],
  elevenlabs_signed: unproven,
}

function ofKeys({ guard, scope }: Route): ProblemCode[] {
  if (scope) return ['scope_missing', 'organization_not_found']
  return guard === 'member' || guard === 'signup' ? ['key_not_allowed'] : []
}

/** Every problem that a caller of a route can meet, by its status. */
export function problemsOf(route: Route): Record<string, ProblemCode[]> {
  const codes: ProblemCode[] = [
    ...beforeAnyRoute,
    ...(route.guard === 'public' && !route.query ? [] : (['validation_failed'] as const)),
    ...ofBody[route.guard],
    ...byGuard[route.guard],
    ...ofKeys(route),
    ...(heedsIfMatch(route) ? (['precondition_failed'] as const) : []),
    // Every change is in the audit log, which has room for so many.
    ...(isForClients(route) && route.method !== 'get' ? (['daily_changes_reached'] as const) : []),
    ...(route.problems ?? []),
    'internal_error',
  ]
  return Object.groupBy(new Set(codes), (code) => String(problemStatus[code])) as Record<
    string,
    ProblemCode[]
  >
}
