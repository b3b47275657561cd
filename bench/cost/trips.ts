import type { Side, WorkKey } from '../compare/contenders.ts'
import { TRIPS } from '../compare/distance.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { startDelayedWire } from '../world/delayed-wire.ts'
import type { Endings } from '../world/ground.ts'

const MS = 2_000

/** Round trips of the product's loops meanwhile, by the request. */
const OF_LOOPS = 0.3

/** Of which each part asks a number that none asked before. */
let asked = 3_000_000

/**
 * Round trips to the database for each request of a work. @throws Error when they are not as many as they
 * should be, or a request is not answered rightly
 */
export async function roundTrips(
  { deployment, works }: Side,
  endings: Endings,
): Promise<[name: string, trips: number][]> {
  const wire = await startDelayedWire(deployment.databaseUrl, 0)
  endings.add(wire.close)
  const server = await deployment.start('counted', { DATABASE_URL: wire.url })
  endings.add(server.stop)
  const found: [string, number][] = []
  for (const [key, meant] of Object.entries(TRIPS)) {
    const work = works[key as WorkKey]
    const load = { origin: server.origin, work, isEmpty: false, next: () => asked++ }
    // Connections are opened, and their first statements parsed, before it counts.
    await closedLoop(load, 1, MS / 2)
    const before = wire.turns()
    const { sent, right, firstProblem } = await closedLoop(load, 1, MS)
    const trips = (wire.turns() - before) / sent
    if (right < sent) throw new Error(`${work.name}: ${firstProblem}`)
    if (Math.abs(trips - meant) > OF_LOOPS) {
      throw new Error(`${work.name}: ${trips.toFixed(2)} round trips a request, not ${meant}`)
    }
    found.push([`round trips of ${work.name}`, trips])
  }
  await server.stop()
  return found
}
