import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Side } from '../compare/contenders.ts'
import { spread } from '../compare/ratios.ts'
import type { Ground } from '../world/deployment.ts'

const POLL_MS = 10
const LONGEST_START_MS = 60_000

/** After a start a little is still to be done. */
const IDLE_AFTER_MS = 6_000

export interface Started {
  /** Until `/readyz` answers 200: with nothing compiled yet, and with what the first start has kept. */
  cold: number
  warm: number
  idleMb: number
}

/** The median of several starts of each, in turns. */
export async function startTimes(
  sides: Side[],
  { folder }: Ground,
  starts: number,
): Promise<Started[]> {
  const all = sides.map(() => [] as Started[])
  for (let round = 0; round < starts; round += 1) {
    for (const [index, side] of sides.entries()) {
      const cache = await mkdtemp(join(folder, 'compiled-'))
      const { ms: cold } = await startOnce(side, `${round}-cold`, cache)
      const { ms: warm, idleMb } = await startOnce(side, `${round}-warm`, cache, IDLE_AFTER_MS)
      all[index]?.push({ cold, warm, idleMb })
    }
  }
  return all.map((each) => ({
    cold: spread(each.map(({ cold }) => cold)).median,
    warm: spread(each.map(({ warm }) => warm)).median,
    idleMb: spread(each.map(({ idleMb }) => idleMb)).median,
  }))
}

async function startOnce(side: Side, label: string, cache: string, idleMs = 0) {
  const startedAt = performance.now()
  const server = await side.deployment.start(label, { NODE_COMPILE_CACHE: cache })
  while (!(await isReady(server.origin))) {
    if (performance.now() - startedAt > LONGEST_START_MS) {
      throw new Error(`not ready after ${LONGEST_START_MS} ms:\n${server.output()}`)
    }
    await sleep(POLL_MS)
  }
  const ms = performance.now() - startedAt
  await sleep(idleMs)
  const idleMb = server.residentMb()
  await server.stop()
  return { ms, idleMb }
}

async function isReady(origin: string): Promise<boolean> {
  const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok === true
}
