import type { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { heedsIfMatch, MAX_IF_MATCH } from '../input/if-match.ts'
import { type Guard, hasBytes, isStream, type Route, roleOf } from '../route.ts'
import { answersOf } from './answers.ts'
import { sentExample } from './examples.ts'
import { securityOf } from './security.ts'
import { tagOf } from './tags.ts'

const callers: Record<Guard, string> = {
  public: 'For anybody.',
  signup: 'For users who are not anonymous, and for operators.',
  member: 'For members of the organization, and for operators.',
  admin: 'For operators.',
  twilio: 'For Twilio alone.',
  elevenlabs: 'For ElevenLabs alone.',
  elevenlabs_signed: 'For ElevenLabs alone.',
}

/** A route as an operation of the document. */
export function operationOf(route: Route): ZodOpenApiOperationObject {
  return {
    operationId: route.operationId,
    tags: [tagOf(route)],
    summary: route.summary,
    description: descriptionOf(route),
    security: securityOf(route),
    ...((route.params || route.query) && {
      requestParams: {
        ...(route.params && { path: route.params }),
        ...(route.query && { query: route.query }),
      },
    }),
    ...(route.body && { requestBody: requestBodyOf(route, route.body) }),
    ...headersOf(route),
    responses: answersOf(route),
  }
}

function descriptionOf(route: Route): string {
  return [
    roleOf(route) === 'admin'
      ? 'For admins of the organization, and for operators.'
      : callers[route.guard],
    route.scope && `An API key needs the scope \`${route.scope}\`.`,
    route.idempotent && 'Under one `Idempotency-Key` a repeat does nothing twice.',
    route.versioned && heedsIfMatch(route) && 'Under `If-Match` only what is as it was read.',
    route.csv && 'As CSV with the header `Accept: text/csv`.',
  ]
    .filter(Boolean)
    .join(' ')
}

function requestBodyOf(route: Route, schema: z.ZodType) {
  const type = route.guard === 'twilio' ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    required: !route.hasOptionalBody,
    content: { [type]: { schema, ...sentExample(route) } },
  }
}

function headersOf(route: Route) {
  const parameters = [
    ...(route.idempotent ? [idempotencyKey] : []),
    ...(isStream(route) ? [lastEventId] : []),
    ...(hasBytes(route) ? [range] : []),
    ...(route.versioned && heedsIfMatch(route) ? [ifMatch] : []),
  ]
  return parameters.length > 0 ? { parameters } : {}
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  schema: { type: 'string', maxLength: MAX_IF_MATCH },
  description:
    'The ETag of what was read; what has another one by now is left as it is, with 412. `*`: whichever it has',
  example: '"5d0c5a4f4b2e41c2a3b1c7e0f9d8a6b5"',
} as const

const lastEventId = {
  name: 'Last-Event-ID',
  in: 'header',
  schema: { type: 'string', maxLength: 100 },
  description:
    'The last `id` that was read of a stream: this one goes on behind it; before `after`',
  example: 'NzUxMjM0NTY3ODkwMTIzNDU2Ny0wMDAwMDAwMS44MTIzNDUuNDQwMTI',
} as const

const range = {
  name: 'Range',
  in: 'header',
  schema: { type: 'string', maxLength: 100 },
  description: 'One range of bytes; whatever else is passed over, and all of them come',
  example: 'bytes=0-65535',
} as const

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'The same key with the same body replays the stored answer, for 24 hours',
  example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
} as const
