import { setTimeout as sleep } from 'node:timers/promises'
import type { Side } from '../compare/contenders.ts'
import { startDelayedWire } from '../world/delayed-wire.ts'
import type { Endings } from '../world/ground.ts'

/** Until loops that find nothing wait as long as they ever do; before, they ask more often. */
const AFTER_START_MS = 30_000

/** How many times a minute a server that nobody asks anything asks its database. */
export async function idleQueries(side: Side, endings: Endings, seconds: number): Promise<number> {
  const wire = await startDelayedWire(side.deployment.databaseUrl, 0)
  endings.add(wire.close)
  const server = await side.deployment.start('idle', { DATABASE_URL: wire.url })
  await sleep(AFTER_START_MS)
  const before = wire.turns()
  await sleep(seconds * 1_000)
  const turns = wire.turns() - before
  await server.stop()
  return (turns * 60) / seconds
}
