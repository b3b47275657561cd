import { setTimeout as sleep } from 'node:timers/promises'
import type { Side } from '../compare/contenders.ts'
import { startDelayedWire } from '../world/delayed-wire.ts'
import type { Endings } from '../world/ground.ts'

/** What loops do as they start is not what they do while nothing happens. */
const AFTER_START_MS = 5_000

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
