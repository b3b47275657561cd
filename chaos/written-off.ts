import type { Outside } from './outside.ts'
import type { World } from './world.ts'

const MISSED = `
  select p.twilio_phone_sid as sid from orgline.phone_numbers p
  where p.ghost_since is not null and p.status not in ('released', 'failed')`

/** How many numbers count as gone from Twilio that are there, and are not somebody else's. */
export async function writtenOff(world: World, { twilio }: Outside): Promise<number> {
  const missed = await Promise.all(
    world.deployments.map(({ database }) =>
      world.cluster.query<{ sid: string | null }>(database, MISSED),
    ),
  )
  const foreign = new Set(world.elsewhere.map(({ sid }) => sid))
  const ours = new Set(twilio.numbers.map(({ sid }) => sid).filter((sid) => !foreign.has(sid)))
  return missed.flat().filter(({ sid }) => sid !== null && ours.has(sid)).length
}
