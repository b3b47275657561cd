import type { CarrierState } from './carriers.ts'
import type { World } from './world.ts'

/** Numbers that somebody had when the database was lost, and that are not ours any more. */
export async function liveReleased(world: World, { twilio }: CarrierState): Promise<string[]> {
  const live = await Promise.all(
    world.lost.map(({ database }) =>
      world.cluster.query<{ sid: string; phone_number: string }>(
        database,
        "select p.twilio_phone_sid as sid, p.phone_number from orgline.phone_numbers p where p.status = 'assigned' and p.ghost_since is null",
      ),
    ),
  )
  const ours = new Set(twilio.numbers.map(({ sid }) => sid))
  return live.flat().flatMap((each) => (ours.has(each.sid) ? [] : [JSON.stringify(each)]))
}
