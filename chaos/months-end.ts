import type { World } from './world.ts'

/** Holdings and purchases lie on both sides of it. */
const MIDDLE = `(select percentile_disc(0.5) within group (order by moments.at) from (
  select p.bought_at as at from orgline.phone_numbers p where p.bought_at is not null
  union all select h.assigned_at from orgline.organization_phone_numbers h
  union all select h.ended_at from orgline.organization_phone_numbers h where h.ended_at is not null) moments)`

/**
 * Everything that costs something was so much earlier that the last month but one ended in the middle
 * of it: so every number that was not released has been paid for twice by now. What numbers cost is
 * asked once a day, and is due again.
 */
const EARLIER = `
  create temporary table earlier as select ${MIDDLE} - (date_trunc('month', now() at time zone 'UTC') - interval '1 month')
    at time zone 'UTC' as by;
  update orgline.phone_numbers p set
    bought_at = p.bought_at - e.by, released_at = p.released_at - e.by, ghost_since = p.ghost_since - e.by
  from earlier e where e.by is not null;
  update orgline.organization_phone_numbers h set assigned_at = h.assigned_at - e.by, ended_at = h.ended_at - e.by
  from earlier e where e.by is not null;
  update orgline.number_rents r set charged_at = r.charged_at - e.by from earlier e where e.by is not null;
  update orgline.carrier_charges k set happened_at = k.happened_at - e.by from earlier e where e.by is not null;
  update orgline.leases set state = state - 'pricedAt', due_at = now(), token = null, lease_until = null where name = 'usage'`

/** Has a month end in mid-plan, as nobody can wait for it: to be called when all else was judged. */
export async function passMonthsEnd(world: World): Promise<void> {
  // So that nobody is in the middle of his work.
  await Promise.all(world.servers.map((server) => server.kill()))
  for (const { database } of world.deployments) await world.cluster.query(database, EARLIER)
  await world.control('POST', 'rent')
  await Promise.all(world.servers.map((server) => server.ensureUp()))
}

/** The first moment of the last month but two. */
export function longAgo(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2))
}
