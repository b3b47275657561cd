import { startDelayedWire } from '../world/delayed-wire.ts'
import type { Ground } from '../world/deployment.ts'
import type { Endings } from '../world/ground.ts'
import { PRODUCT, referenceSettings, type Side, type WorkKey } from './contenders.ts'
import type { Contender } from './rounds.ts'
import { type System, startReferences } from './systems.ts'

/** What every round trip to the database takes longer: another zone of the same region. */
const MS = 5

/** Round trips to the database of each work: one function a step. */
export const TRIPS: Record<WorkKey, number> = { initiation: 1, text: 1, call: 1, outbound: 2 }

/** The references that ask a database. */
const REFERENCES = ['function', 'supabase', 'seeds']

interface FarSystem extends System {
  turns: () => number
}

/**
 * Who answers these works with the database 5 ms further away: the product and the references, each at the
 * end of a wire of its own, which counts round trips.
 */
export async function openDistance(
  ground: Ground,
  endings: Endings,
  side: Side,
  keys: WorkKey[],
): Promise<Contender[][]> {
  const { deployment } = side
  const systems: FarSystem[] = []
  const add = async (start: (databaseUrl: string) => Promise<System | undefined>) => {
    const wire = await startDelayedWire(deployment.databaseUrl, MS)
    endings.add(wire.close)
    const system = await start(wire.url)
    if (!system) throw new Error('there is no such reference')
    systems.push({ ...system, turns: wire.turns })
  }

  await add(async (DATABASE_URL) => {
    const server = await deployment.start('far', { DATABASE_URL })
    endings.add(server.stop)
    return { name: PRODUCT, isEmpty: false, ...server }
  })
  for (const key of REFERENCES) {
    await add(async (databaseUrl) => {
      const settings = referenceSettings(ground, deployment, databaseUrl)
      const place = { folder: ground.folder, label: 'far' }
      return (await startReferences([key], settings, place, endings.add))[0]
    })
  }
  return keys.map((key) => farContenders(side, key, systems))
}

function farContenders(
  { works, countRows }: Side,
  key: WorkKey,
  systems: FarSystem[],
): Contender[] {
  const near = works[key]
  const work = { ...near, name: `${near.name}, +${MS} ms, c = 1` }
  return systems
    .filter((system) => system.works?.includes(near.name) ?? true)
    .map((system) => ({
      ...system,
      work,
      countRows: () => countRows(work.table),
      wire: { turns: system.turns, meant: system.trips ?? TRIPS[key] },
    }))
}
