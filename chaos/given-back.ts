import type { Outside } from './outside.ts'
import type { World } from './world.ts'

/** How many numbers that somebody had when the database was lost are not ours any more. */
export async function liveGivenBack(world: World, { twilio }: Outside): Promise<number> {
  const live = await Promise.all(
    world.lost.map(({ database }) =>
      world.cluster.query<{ sid: string }>(
        database,
        "select p.twilio_phone_sid as sid from orgline.phone_numbers p where p.status = 'assigned' and p.ghost_since is null",
      ),
    ),
  )
  const ours = new Set(twilio.numbers.map(({ sid }) => sid))
  return live.flat().filter(({ sid }) => !ours.has(sid)).length
}
