import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'
import { type ProblemCode, problemStatus } from '../platform/errors.ts'
import { Problem } from './problem.ts'
import type { Guard, Route } from './route.ts'

const security: Record<Guard, Record<string, string[]>[]> = {
  public: [],
  signup: [{ userToken: [] }, { adminKey: [] }],
  member: [{ userToken: [] }, { adminKey: [] }],
  admin: [{ adminKey: [] }],
  twilio: [{ twilioSignature: [] }],
  elevenlabs: [{ orglineSecret: [] }],
  elevenlabs_signed: [{ elevenLabsSignature: [] }],
}

/** What a key has to be allowed stands behind its scheme, as OpenAPI has it for roles. */
function securityOf({ guard, scope }: Route): Record<string, string[]>[] {
  return scope ? [...security[guard], { organizationKey: [scope] }] : security[guard]
}

function keyProblems({ guard, scope }: Route): ProblemCode[] {
  if (scope) return ['scope_missing', 'organization_not_found']
  return guard === 'member' || guard === 'signup' ? ['key_not_allowed'] : []
}

const bearerProblems: ProblemCode[] = [
  'unauthorized',
  'anonymous_user',
  'rate_limited',
  'auth_unavailable',
  'database_unavailable',
]

const guardProblems: Record<Guard, ProblemCode[]> = {
  public: [],
  signup: bearerProblems,
  member: bearerProblems,
  admin: [...bearerProblems, 'admin_required'],
  twilio: ['signature_invalid', 'rate_limited'],
  elevenlabs: ['signature_invalid', 'rate_limited'],
  elevenlabs_signed: ['signature_invalid', 'rate_limited'],
}

const jsonProblems: ProblemCode[] = ['invalid_json', 'body_too_large', 'unsupported_media_type']

/** What is wrong with a body before its schema is asked; ElevenLabs' may be anything. */
const bodyProblems: Record<Guard, ProblemCode[]> = {
  public: jsonProblems,
  signup: jsonProblems,
  member: jsonProblems,
  admin: jsonProblems,
  twilio: ['body_too_large'],
  elevenlabs: [],
  elevenlabs_signed: ['body_too_large'],
}

/** The OpenAPI 3.1 document of a route table. */
export function openApiDocument(routes: Route[]): object {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Orgline',
      version: '1',
      description: 'A phone line of its own for every organization.',
    },
    paths,
    components: {
      securitySchemes: {
        userToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Supabase Auth access token',
        },
        adminKey: { type: 'http', scheme: 'bearer', description: 'A key of ADMIN_API_KEYS' },
        organizationKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of one organization (ol_…) that has the scope named beside it',
        },
        twilioSignature: { type: 'apiKey', in: 'header', name: 'X-Twilio-Signature' },
        orglineSecret: { type: 'apiKey', in: 'header', name: 'X-Orgline-Secret' },
        elevenLabsSignature: { type: 'apiKey', in: 'header', name: 'ElevenLabs-Signature' },
      },
    },
  })
}

function operation(route: Route): ZodOpenApiOperationObject {
  const codes = [
    ...(route.body || route.query || route.params ? (['validation_failed'] as const) : []),
    ...(route.body ? bodyProblems[route.guard] : []),
    ...guardProblems[route.guard],
    ...keyProblems(route),
    ...(route.problems ?? []),
  ]
  return {
    summary: route.summary,
    security: securityOf(route),
    ...((route.params || route.query || route.idempotent) && {
      requestParams: {
        ...(route.params && { path: route.params }),
        ...(route.query && { query: route.query }),
      },
    }),
    ...(route.body && {
      requestBody: {
        content: {
          [route.guard === 'twilio' ? 'application/x-www-form-urlencoded' : 'application/json']: {
            schema: route.body,
          },
        },
      },
    }),
    ...(route.idempotent && {
      parameters: [
        {
          name: 'Idempotency-Key',
          in: 'header',
          schema: { type: 'string', maxLength: 255 },
          description: 'The same key with the same body replays the stored answer',
        },
      ],
    }),
    responses: { ...successes(route), ...problems(codes) },
  }
}

function successes(route: Route) {
  return Object.fromEntries(
    Object.entries(route.replies).map(([status, schema]) => [
      status,
      schema === 'xml'
        ? { description: 'TwiML', content: { 'text/xml': { schema: { type: 'string' as const } } } }
        : {
            description: 'Success',
            content: {
              'application/json': { schema },
              ...(route.csv && { 'text/csv': { schema: { type: 'string' as const } } }),
            },
          },
    ]),
  )
}

function problems(codes: ProblemCode[]) {
  const byStatus = Object.groupBy(new Set(codes), (code) => String(problemStatus[code]))
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [
      status,
      {
        description: group.join(', '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}
