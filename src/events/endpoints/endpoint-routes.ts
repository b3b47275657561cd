import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, replyOf, replyVersion, route } from '../../http/route.ts'
import { idInput, NextCursor, PageQuery, pageOf } from '../../http/schemas.ts'
import { generateSecret } from '../deliveries/secret.ts'
import { WebhookEndpoint } from './endpoint.ts'
import type { EndpointScope } from './endpoint-scope.ts'
import type { EndpointStore } from './endpoint-store.ts'
import { endpointBody, endpointChanges } from './schemas.ts'

const Shown = z.object({ success: z.literal(true), webhookEndpoint: WebhookEndpoint })
const ShownOnce = Shown.extend({
  secret: z
    .string()
    .nullable()
    .describe('keep it: it is not shown again; null for a repeat under one Idempotency-Key'),
})

/** Entering, changing and removing endpoints; never by a key, which could send itself whatever it may not read. */
export function createEndpointRoutes(
  scope: EndpointScope,
  { endpoints, allowLoopback }: { endpoints: EndpointStore; allowLoopback: boolean },
): Route[] {
  const { path, guard, params, named, whose, problems } = scope
  const one = {
    path: `${path}/:endpointId`,
    params: params.extend({ endpointId: idInput('id of the endpoint') }),
  }
  return [
    route({
      method: 'get',
      path,
      operationId: named('list', 'WebhookEndpoints'),
      guard,
      summary: `The webhook endpoints ${whose}, newest first`,
      params,
      query: PageQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          webhookEndpoints: z.array(WebhookEndpoint),
          nextCursor: NextCursor,
        }),
      },
      problems,
      async handle({ principal, params: { organizationId = null }, query }) {
        const page = await endpoints.list(actorOf(principal), organizationId, pageOf(query))
        return reply(200, {
          success: true,
          webhookEndpoints: page.rows,
          nextCursor: page.next_cursor,
        })
      },
    }),
    route({
      method: 'post',
      path,
      operationId: named('create', 'WebhookEndpoint'),
      guard,
      summary: `Make a webhook endpoint ${whose}; only this answer shows its secret`,
      params,
      body: endpointBody(scope.types, allowLoopback),
      idempotent: true,
      replies: { 201: ShownOnce },
      location: ({ webhookEndpoint }: z.infer<typeof ShownOnce>, { organizationId = '' }) =>
        `${path.replace(':organizationId', organizationId)}/${webhookEndpoint.id}`,
      problems: [
        ...problems,
        'webhook_url_unfit',
        'row_limit_reached',
        'wrong_state',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params: { organizationId }, body, effectId }) {
        const secret = generateSecret()
        const actor = actorOf(principal)
        const asked = { id: effectId, ...body, secret }
        const made = await endpoints.create(actor, organizationId ?? null, asked)
        const { version: _, is_new: isNew, ...webhookEndpoint } = made
        const answer = { success: true, webhookEndpoint, secret: isNew ? secret : null }
        return {
          ...replyOf(organizationId ?? null, 201, answer),
          keptBody: { ...answer, secret: null },
        }
      },
    }),
    route({
      method: 'get',
      ...one,
      operationId: named('get', 'WebhookEndpoint'),
      guard,
      summary: `One webhook endpoint ${whose}`,
      versioned: true,
      replies: { 200: Shown },
      problems: [...problems, 'endpoint_not_found'],
      async handle({ principal, params: { organizationId = null, endpointId } }) {
        return show(await endpoints.get(actorOf(principal), organizationId, endpointId))
      },
    }),
    route({
      method: 'patch',
      ...one,
      operationId: named('change', 'WebhookEndpoint'),
      guard,
      summary: `Change, pause or resume a webhook endpoint ${whose}`,
      versioned: true,
      body: endpointChanges(scope.types, allowLoopback),
      replies: { 200: Shown },
      problems: [...problems, 'endpoint_not_found', 'webhook_url_unfit'],
      async handle({ principal, params: { organizationId = null, endpointId }, body, versions }) {
        return show(
          await endpoints.change(actorOf(principal), organizationId, endpointId, body, versions),
        )
      },
    }),
    route({
      method: 'delete',
      ...one,
      operationId: named('delete', 'WebhookEndpoint'),
      guard,
      summary: `Remove a webhook endpoint ${whose}, with its deliveries`,
      versioned: true,
      replies: { 200: z.object({ success: z.literal(true) }) },
      problems: [...problems, 'endpoint_not_found'],
      async handle({ principal, params: { organizationId = null, endpointId }, versions }) {
        await endpoints.delete(actorOf(principal), organizationId, endpointId, versions)
        return reply(200, { success: true })
      },
    }),
    route({
      method: 'post',
      path: `${one.path}/rotate-secret`,
      params: one.params,
      operationId: named('rotate', 'WebhookSecret'),
      guard,
      summary: `Give a webhook endpoint ${whose} a new secret; the earlier ones sign for a day, too`,
      versioned: true,
      idempotent: true,
      replies: { 200: ShownOnce },
      problems: [
        ...problems,
        'endpoint_not_found',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params, effectId, versions }) {
        const { organizationId = null, endpointId } = params
        const secret = generateSecret()
        const rotated = await endpoints.rotate(actorOf(principal), organizationId, endpointId, {
          id: effectId,
          secret,
          versions,
        })
        const { version, is_new: isNew, ...webhookEndpoint } = rotated
        const answer = { success: true, webhookEndpoint, secret: isNew ? secret : null }
        return {
          ...replyOf(organizationId, 200, answer),
          version,
          keptBody: { ...answer, secret: null },
        }
      },
    }),
  ]
}

function show({
  version,
  ...webhookEndpoint
}: z.infer<typeof WebhookEndpoint> & { version: string }) {
  return replyVersion({ success: true, webhookEndpoint }, version)
}
