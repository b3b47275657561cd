import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createDeliveries } from './deliveries/deliveries.ts'
import { createDeliveryStore } from './deliveries/delivery-store.ts'
import { createPostWebhook } from './deliveries/post-webhook.ts'
import { createDeliveryRoutes } from './endpoints/delivery-routes.ts'
import { createEndpointRoutes } from './endpoints/endpoint-routes.ts'
import { ofOperators, ofOrganizations } from './endpoints/endpoint-scope.ts'
import { createEndpointStore } from './endpoints/endpoint-store.ts'
import { createEventStreams } from './streams/event-streams.ts'
import { createStreamRoutes } from './streams/stream-routes.ts'
import { createStreamStore } from './streams/stream-store.ts'
import { sentWebhooks } from './webhooks.ts'

/** Source: Standard Webhooks, which recommends 15 to 30 seconds. */
const TIMEOUT_MS = 15_000

/** What has happened, told to whoever builds on this server. */
export function createEvents({ config, db, log, background }: Infrastructure) {
  const { allowLoopback, intervalMs } = config.events
  const deliveries = createDeliveries({
    // Longer than a try takes, with what is recorded of it.
    store: createDeliveryStore(db, { leaseMs: 4 * TIMEOUT_MS, publicUrl: config.publicUrl }),
    post: createPostWebhook({ timeoutMs: TIMEOUT_MS, allowLoopback }),
    background,
    waitMs: intervalMs,
    log: log.child({ name: 'events' }),
  })
  const streams = createEventStreams({
    store: createStreamStore(db),
    log: log.child({ name: 'streams' }),
    stopping: background.stopping,
  })
  const deps = { endpoints: createEndpointStore(db), allowLoopback }
  return {
    deliveries,
    streams,
    webhooks: sentWebhooks,
    routes: [
      ...[ofOrganizations, ofOperators].flatMap((scope) => [
        ...createEndpointRoutes(scope, deps),
        ...createDeliveryRoutes(scope, deps),
      ]),
      ...createStreamRoutes({ streams }),
    ],
    loops: [
      { name: 'events', intervalMs, tick: deliveries.tick },
      { name: 'streams', intervalMs, tick: streams.tick },
    ],
  }
}
