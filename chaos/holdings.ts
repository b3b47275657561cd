import type { World } from './world.ts'

/** Who had a number, from when until when, in ms. */
interface Holding {
  number: string
  organizationId: string
  from: number
  until: number
  /** Since when an agent may have answered. */
  liveFrom: number
}

/** What a database, as it is or as it was lost, says of who had what, and of which time it says it. */
interface Witness {
  from: number
  until: number
  holdings: Holding[]
}

// A number that was bought is live once its order is done, one of the pool at once, one that was taken back with
// that, or, where it has to be imported again, with the order that began with it. Each is done when it is committed:
// its own time is that of the beginning, and locks may take long.
const HOLDINGS = `
  select p.phone_number as number, h.organization_id as "organizationId",
    extract(epoch from h.assigned_at)::float * 1000 as from,
    coalesce(extract(epoch from h.ended_at)::float * 1000, 1e15) as until,
    extract(epoch from greatest(h.assigned_at, (
      select min(coalesce(pg_catalog.pg_xact_commit_timestamp(n.xmin), n.updated_at))
      from orgline.number_orders n where n.phone_number_id = p.id and n.status = 'done'), (
      select min(pg_catalog.pg_xact_commit_timestamp(a.xmin)) from orgline.audit_log a
      where a.organization_id = h.organization_id and a.action like 'restore%phone_number' and a.subject = p.phone_number
        and a.created_at >= h.assigned_at and a.created_at < coalesce(h.ended_at, 'infinity')), (
      select max(case when n.status = 'done' then coalesce(pg_catalog.pg_xact_commit_timestamp(n.xmin), n.updated_at) else 'infinity' end)
      from orgline.number_orders n where n.phone_number_id = p.id and n.created_at = h.assigned_at)))::float * 1000 as "liveFrom"
  from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id`

export type Holders = Awaited<ReturnType<typeof readHolders>>

/** Everything that the databases say of who had which number. */
export async function readHolders(world: World) {
  const read = (database: string) => world.cluster.query<Holding>(database, HOLDINGS)
  const present = await Promise.all(
    world.deployments.map(async ({ database }, index): Promise<Witness[]> => {
      const lost = world.lost.find(({ deployment }) => deployment === index)
      const holdings = await read(database)
      const now = { from: lost?.until ?? 0, until: Number.POSITIVE_INFINITY, holdings }
      return lost ? [{ from: 0, until: lost.since, holdings }, now] : [now]
    }),
  )
  const past = await Promise.all(
    world.lost.map(async ({ database, until }): Promise<Witness> => {
      return { from: 0, until, holdings: await read(database) }
    }),
  )
  const witnesses = [...present.flat(), ...past]
  const all = (number: string) =>
    [...present.flat(), ...past].flatMap(({ holdings }) =>
      holdings.filter((each) => each.number === number),
    )

  return {
    /**
     * Who had the number throughout, as far as there is no doubt: every database that was there then
     * says so, and so does what is there now, which may have come later.
     */
    throughout(number: string, from: number, until: number, isLive = false): string | undefined {
      const has = ({ holdings }: Witness, since: number, to: number) =>
        holdings.find(
          (each) =>
            each.number === number &&
            (isLive ? Math.max(each.from, each.liveFrom) : each.from) <= since &&
            each.until >= to,
        )?.organizationId
      const reported = witnesses
        .filter((each) => each.from < until && each.until > from)
        .map((each) => has(each, Math.max(from, each.from), Math.min(until, each.until)))
        .filter((id) => id !== undefined)
      const now = present.flat().flatMap((each) => has(each, from, until) ?? [])
      const agreed = new Set([...reported, ...now])
      return agreed.size === 1 && now.length > 0 ? [...agreed][0] : undefined
    },
    /** Whether the organization, or with none anybody, had it at any moment of the time, by anyone's account. */
    ever(number: string, from: number, until: number, organizationId?: string): boolean {
      return all(number).some(
        (each) =>
          each.from < until &&
          each.until > from &&
          (organizationId === undefined || each.organizationId === organizationId),
      )
    },
    /** All that is known of who had the number. */
    of: all,
    /** Whoever had it last before the time. */
    lastBefore(number: string, at: number): string | undefined {
      return all(number)
        .filter((each) => each.from < at)
        .sort((one, other) => other.from - one.from)[0]?.organizationId
    },
  }
}
