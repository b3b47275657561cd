import { z } from 'zod'
import { type Database, type PageRequest, pageSchema, versioned } from '../../database/db.ts'
import { Timestamp } from '../../database/timestamp.ts'
import type { Actor } from '../../platform/actor.ts'
import { EventDelivery, WebhookEndpoint } from './endpoint.ts'

export type EndpointStore = ReturnType<typeof createEndpointStore>

const Versioned = versioned(WebhookEndpoint)

/** `is_new` false: an earlier try of the same request made it. */
const Made = Versioned.extend({ is_new: z.boolean() })

/** Whose endpoints: an organization's, or null for the operators'. */
type Owner = string | null

/** `actor` is an admin of the organization, or an operator. */
export function createEndpointStore(db: Database) {
  return {
    create: (
      actor: Actor,
      organizationId: Owner,
      endpoint: {
        id: string
        url: string
        events: string[] | null
        description: string | null
        secret: string
      },
    ) => db.rpc('create_webhook_endpoint', { actor, organizationId, ...endpoint }, Made),
    list: (actor: Actor, organizationId: Owner, page: PageRequest) =>
      db.rpc(
        'list_webhook_endpoints',
        { actor, organizationId, ...page },
        pageSchema(WebhookEndpoint),
      ),
    get: (actor: Actor, organizationId: Owner, endpointId: string) =>
      db.rpc('get_webhook_endpoint', { actor, organizationId, endpointId }, Versioned),
    /** `versions`: one of these it must be; null: any. */
    change: (
      actor: Actor,
      organizationId: Owner,
      endpointId: string,
      changes: object,
      versions: string[] | null,
    ) =>
      db.rpc(
        'change_webhook_endpoint',
        { actor, organizationId, endpointId, changes, versions },
        Versioned,
      ),
    delete: (actor: Actor, organizationId: Owner, endpointId: string, versions: string[] | null) =>
      db.rpc(
        'delete_webhook_endpoint',
        { actor, organizationId, endpointId, versions },
        z.object({ deleted: z.literal(true) }),
      ),
    rotate: (
      actor: Actor,
      organizationId: Owner,
      endpointId: string,
      asked: { id: string; secret: string; versions: string[] | null },
    ) => db.rpc('rotate_webhook_secret', { actor, organizationId, endpointId, ...asked }, Made),
    /** `id`: that of the event to be; a repeat with the same finds it. */
    test: (actor: Actor, organizationId: Owner, endpointId: string, id: string) =>
      db.rpc('test_webhook_endpoint', { actor, organizationId, endpointId, id }, EventDelivery),
    deliveries: (
      actor: Actor,
      organizationId: Owner,
      endpointId: string,
      query: PageRequest & { status: string | null },
    ) =>
      db.rpc(
        'list_event_deliveries',
        { actor, organizationId, endpointId, ...query },
        pageSchema(EventDelivery),
      ),
    replay: (actor: Actor, organizationId: Owner, endpointId: string, deliveryId: string) =>
      db.rpc(
        'replay_event_delivery',
        { actor, organizationId, endpointId, deliveryId },
        EventDelivery,
      ),
    replaySince: (actor: Actor, organizationId: Owner, endpointId: string, since: string) =>
      db.rpc(
        'replay_event_deliveries',
        { actor, organizationId, endpointId, since },
        z.object({ count: z.int(), next_since: Timestamp.nullable() }),
      ),
  }
}
