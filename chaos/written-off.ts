import type { CarrierState } from './carriers.ts'
import type { World } from './world.ts'

const MISSED = `
  select p.twilio_phone_sid as sid, p.phone_number, p.status, p.ghost_since from orgline.phone_numbers p
  where p.ghost_since is not null and p.status not in ('released', 'failed')`

/** Numbers that count as gone from Twilio, are there, and are not somebody else's. */
export async function writtenOff(world: World, { twilio }: CarrierState): Promise<string[]> {
  const missed = await Promise.all(
    world.deployments.map(({ database }) =>
      world.cluster.query<{ sid: string | null }>(database, MISSED),
    ),
  )
  const foreign = new Set(world.elsewhere.map(({ sid }) => sid))
  const ours = new Set(twilio.numbers.map(({ sid }) => sid).filter((sid) => !foreign.has(sid)))
  return missed
    .flat()
    .flatMap((each) => (each.sid !== null && ours.has(each.sid) ? [JSON.stringify(each)] : []))
}
