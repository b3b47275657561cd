import type { Followed } from './followers.ts'
import type { World } from './world.ts'

interface Event {
  id: string
  type: string
  organizationId: string | null
  xid: string
  position: number
}

const EVENTS = `select e.id, e.type, e.organization_id as "organizationId", e.xid::text as xid, e.position::int as position
  from orgline.events e where e.type <> 'endpoint.test'`

const ORGANIZATIONS = 'select id from orgline.organizations'

/**
 * What readers of streams were not sent, or sent twice, out of order, of somebody else or of nothing; in
 * words. A database that was lost was streamed from, too.
 */
export async function wrongStreams(world: World): Promise<string[]> {
  const { followers, cluster } = world
  if (!followers) return []
  const readAll = ({ database }: { database: string }) => cluster.query<Event>(database, EVENTS)
  const present = await Promise.all(world.deployments.map(readAll))
  const lost = await Promise.all(
    world.lost.map(async (each) => ({
      deployment: each.deployment,
      events: await readAll(each),
    })),
  )
  const here = await Promise.all(
    world.deployments.map(({ database }) => cluster.query<{ id: string }>(database, ORGANIZATIONS)),
  )
  // An organization that a restored database does not know any more has no stream to begin.
  const isHere = ({ deployment, organizationId }: Followed) =>
    organizationId === null || here[deployment]?.some(({ id }) => id === organizationId) === true
  return followers.followed.flatMap((own) => {
    const before = lost.filter(({ deployment }) => deployment === own.deployment)
    return misread(own, {
      present: present[own.deployment] ?? [],
      lost: before.flatMap(({ events }) => events),
      isHere: isHere(own),
    })
  })
}

function misread(
  own: Followed,
  { present, lost, isHere }: { present: Event[]; lost: Event[]; isHere: boolean },
): string[] {
  const { from, read, organizationId } = own
  const name = organizationId ?? 'operators'
  const known = new Map([...lost, ...present].map((event) => [event.id, event]))
  const seen = new Set(read.map(({ id }) => id))
  const missed = present.filter(
    (event) => from && isFor(event, own) && isBehind(placeOf(event), from) && !seen.has(event.id),
  )
  const strange = read.filter(({ id }) => {
    const event = known.get(id)
    return !event || !isFor(event, own)
  })
  const disordered = read.filter((event, n) => {
    const previous = read[n - 1]
    return previous !== undefined && !isBehind(event, previous)
  })
  return [
    ...(from || !isHere ? [] : [`${name} has no stream`]),
    ...own.refused,
    ...missed.map(({ id, type }) => `${name} was not sent ${type} ${id}`),
    ...strange.map(({ id }) => `${name} was sent ${id}, which is none of theirs`),
    ...disordered.map(({ id }) => `${name} was sent ${id} again, or behind a later one`),
  ]
}

interface Place {
  xid: bigint
  position: number
}

const placeOf = ({ xid, position }: Event): Place => ({ xid: BigInt(xid), position })

const isBehind = (one: Place, other: Place) =>
  one.xid === other.xid ? one.position > other.position : one.xid > other.xid

const isFor = ({ type, organizationId }: Event, { organizationId: followed }: Followed) =>
  followed === null || (organizationId === followed && !type.startsWith('organization.'))
