import { Webhook } from 'standardwebhooks'
import type { Heard, Listener } from './listener.ts'
import type { World } from './world.ts'

interface Endpoint {
  url: string
  secret: string
  /** Null: the operators'. */
  organizationId: string | null
}

interface Event {
  id: string
  type: string
  organizationId: string
  /** When its transaction began, in ms. */
  at: number
}

interface Outbox {
  endpoints: Endpoint[]
  events: Event[]
}

const OUTBOX = `select jsonb_build_object(
  'endpoints', (select coalesce(jsonb_agg(jsonb_build_object(
    'url', e.url, 'secret', e.secret, 'organizationId', e.organization_id)), '[]') from orgline.webhook_endpoints e),
  'events', (select coalesce(jsonb_agg(jsonb_build_object(
    'id', n.id, 'type', n.type, 'organizationId', n.organization_id, 'at', extract(epoch from n.created_at)::float * 1000)), '[]')
    from orgline.events n)) as outbox`

// What failed is tried again after minutes, and what a killed server was telling after one: these are over. A lease
// of a minute that has lasted no five seconds is left alone.
const PAUSES_END = `update orgline.event_deliveries set due_at = clock_timestamp()
  where due_at > clock_timestamp()
    and due_at not between clock_timestamp() + interval '55 seconds' and clock_timestamp() + interval '60 seconds'`

/** Has no pause of what is told again be waited for. */
export async function endPauses({ cluster, deployments, listener }: World): Promise<void> {
  if (!listener) return
  for (const { database } of deployments) await cluster.query(database, PAUSES_END)
}

/**
 * Events that an endpoint was not told, and what it was told that is not so: unsigned, of no event that
 * it may hear of, or not the same each time; in words. A database that was lost has told, too.
 */
export async function wrongDeliveries(world: World): Promise<string[]> {
  const { listener } = world
  if (!listener) return []
  const present = await Promise.all(world.deployments.map((each) => readOutbox(world, each)))
  const lost = await Promise.all(world.lost.map((each) => readOutbox(world, each)))
  return [
    ...present.flatMap((outbox) => unreported(listener, outbox)),
    ...listener.urls().flatMap((url) => misreported(listener, url, [...present, ...lost])),
  ]
}

async function readOutbox(world: World, { database }: { database: string }): Promise<Outbox> {
  const [row] = await world.cluster.query<{ outbox: Outbox }>(database, OUTBOX)
  return row?.outbox ?? { endpoints: [], events: [] }
}

function unreported(listener: Listener, { endpoints, events }: Outbox): string[] {
  return endpoints.flatMap((endpoint) => {
    const since = listener.knownSince(endpoint.url) ?? Number.POSITIVE_INFINITY
    const taken = new Set(
      listener
        .heardAt(endpoint.url)
        .filter((heard) => heard.isTaken && isSigned(heard, endpoint))
        .map(({ id }) => id),
    )
    return events
      .filter((event) => event.at > since && isFor(event, endpoint) && !taken.has(event.id))
      .map(({ id, type }) => `${endpoint.url} was not told ${type} ${id}`)
  })
}

function misreported(listener: Listener, url: string, outboxes: Outbox[]): string[] {
  const all = listener.heardAt(url)
  const bodies = new Map(all.map(({ id, body }) => [id, body]))
  const isRight = (heard: Heard) =>
    bodies.get(heard.id) === heard.body &&
    outboxes.some(({ endpoints, events }) =>
      endpoints.some(
        (endpoint) =>
          endpoint.url === url &&
          isSigned(heard, endpoint) &&
          events.some((event) => isFor(event, endpoint) && isSaid(event, heard)),
      ),
    )
  return all
    .filter((heard) => !isRight(heard))
    .map(({ headers, body }) => `${url} was told ${JSON.stringify(headers)} ${body}`)
}

const isFor = (event: Event, { organizationId }: Endpoint) =>
  organizationId === null ||
  (event.organizationId === organizationId && !event.type.startsWith('organization.'))

function isSaid(event: Event, { id, body }: Heard): boolean {
  const said = JSON.parse(body)
  return (
    event.id === id &&
    said.id === id &&
    said.type === event.type &&
    said.organization_id === event.organizationId
  )
}

/** As their library signs; its `verify` takes nothing that is older than five minutes. */
function isSigned({ id, headers, body }: Heard, { secret }: Endpoint): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
  return headers['webhook-signature'] === new Webhook(secret).sign(id, at, body)
}
