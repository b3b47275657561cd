import { startDelayedWire } from '../world/delayed-wire.ts'
import type { Ground } from '../world/deployment.ts'
import type { Endings } from '../world/ground.ts'
import { PRODUCT, type Side } from './contenders.ts'
import type { Contender } from './rounds.ts'
import { type System, startReferences } from './systems.ts'

/** What every round trip to the database takes longer: another zone of the same region. */
const MS = 5

/** How many round trips each way to answer takes. */
const TRIPS: Record<string, number> = { function: 1, supabase: 1, seeds: 6 }

/**
 * Who answers conversation-initiation with the database 5 ms further away: the product and the references,
 * each at the end of a wire of its own, which counts round trips.
 */
export async function openDistance(
  ground: Ground,
  endings: Endings,
  side: Side,
): Promise<Contender[]> {
  const { deployment, works, countRows } = side
  const { initiation } = works
  const work = { ...initiation, name: `${initiation.name}, +${MS} ms, c = 1` }
  const contenders: Contender[] = []
  const add = async (meant: number, start: (url: string) => Promise<System | undefined>) => {
    const wire = await startDelayedWire(deployment.databaseUrl, MS)
    endings.add(wire.close)
    const system = await start(wire.url)
    if (!system) throw new Error('there is no such reference')
    contenders.push({
      ...system,
      work,
      countRows: () => countRows(work.table),
      wire: { turns: wire.turns, meant },
    })
  }

  await add(1, async (DATABASE_URL) => {
    const server = await deployment.start('far', { DATABASE_URL })
    endings.add(server.stop)
    return { name: PRODUCT, isEmpty: false, ...server }
  })
  for (const [key, meant] of Object.entries(TRIPS)) {
    await add(meant, async (databaseUrl) => {
      const settings = { databaseUrl, elevenLabs: ground.elevenLabs, poolSize: 10 }
      const place = { folder: ground.folder, label: 'far' }
      return (await startReferences([key], settings, place, endings.add))[0]
    })
  }
  return contenders
}
