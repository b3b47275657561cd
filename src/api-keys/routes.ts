import { z } from 'zod'
import { refusalOf } from '../http/input/refusal.ts'
import { actorOf, KeyScope } from '../http/principal.ts'
import { type Route, reply, replyOf, route } from '../http/route.ts'
import {
  idInput,
  NextCursor,
  OrganizationParams,
  PageQuery,
  pageOf,
  TimeInput,
} from '../http/schemas.ts'
import { AppError } from '../platform/errors.ts'
import { ApiKey, generateKey } from './api-key.ts'
import type { ApiKeyStore } from './api-key-store.ts'

const path = '/api/organizations/:organizationId/api-keys'

const ApiKeyBody = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, 'must not contain control characters')
    .meta({ examples: ['CRM'] }),
  scopes: z
    .array(KeyScope)
    .min(1)
    .max(KeyScope.options.length)
    .transform((scopes) => [...new Set(scopes)])
    .describe('What the key may do; to write is not to read'),
  expiresAt: TimeInput.optional().describe(
    'From when on the key is refused, which must lie in the future; default: it works until it is revoked',
  ),
})

/** Keys for an organization's programs; for its admins and operators, never for a key itself. */
export function createApiKeyRoutes({ apiKeys }: { apiKeys: ApiKeyStore }): Route[] {
  return [
    route({
      method: 'get',
      path,
      operationId: 'listApiKeys',
      guard: 'member',
      summary: 'The API keys of an organization, newest first, revoked and expired ones too',
      params: OrganizationParams,
      query: PageQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          apiKeys: z.array(ApiKey),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found', 'role_required'],
      async handle({ principal, params, query }) {
        const page = await apiKeys.list(actorOf(principal), params.organizationId, pageOf(query))
        return reply(200, { success: true, apiKeys: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path,
      operationId: 'createApiKey',
      guard: 'member',
      summary: 'Make an API key; the answer shows it, and nothing else ever does',
      params: OrganizationParams,
      body: ApiKeyBody,
      idempotent: true,
      replies: {
        201: z.object({
          success: z.literal(true),
          apiKey: ApiKey,
          key: z
            .string()
            .nullable()
            .describe(
              'keep it: it is not shown again; null for a repeat under one Idempotency-Key',
            ),
        }),
      },
      problems: [
        'organization_not_found',
        'role_required',
        'row_limit_reached',
        'wrong_state',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params, body, effectId }) {
        const { key, prefix, hash } = generateKey()
        const { is_new: isNew, ...apiKey } = await apiKeys
          .create(actorOf(principal), params.organizationId, {
            id: effectId,
            name: body.name,
            scopes: body.scopes,
            expiresAt: body.expiresAt ?? null,
            prefix,
            keyHash: hash,
          })
          .catch(namingExpiry)
        const answer = { success: true, apiKey, key: isNew ? key : null }
        return {
          ...replyOf(params.organizationId, 201, answer),
          keptBody: { ...answer, key: null },
        }
      },
    }),
    route({
      method: 'delete',
      path: `${path}/:keyId`,
      operationId: 'revokeApiKey',
      guard: 'member',
      summary: 'Revoke an API key; it is refused from then on',
      params: OrganizationParams.extend({ keyId: idInput('id of the API key') }),
      replies: { 200: z.object({ success: z.literal(true), apiKey: ApiKey }) },
      problems: ['organization_not_found', 'role_required', 'api_key_not_found'],
      async handle({ principal, params }) {
        const apiKey = await apiKeys.revoke(actorOf(principal), params.organizationId, params.keyId)
        return reply(200, { success: true, apiKey })
      },
    }),
  ]
}

/** What the database alone can say, because a repeat finds its key also after that moment. */
function namingExpiry(thrown: unknown): never {
  if (thrown instanceof AppError && thrown.code === 'validation_failed')
    throw refusalOf('validation_failed', [{ path: 'body.expiresAt', message: thrown.message }])
  throw thrown
}
