import { underLease } from '../database/lease.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { LeasedLoop, Module } from '../infrastructure/module.ts'
import { type RunningLoop, startLoop } from '../platform/loop.ts'
import { createWatchLoops } from './watch-loops.ts'

/** How often a server asks whether a lease is free and its work due. */
const LEASE_INTERVAL_MS = 30_000

/** Starts every loop that the modules bring. */
export function startLoops(
  modules: Module[],
  infrastructure: Pick<Infrastructure, 'config' | 'db' | 'log'>,
): RunningLoop[] {
  const { log, db } = infrastructure
  const loops = modules.flatMap((module) => module.loops)
  const leased = loops.filter((loop) => 'work' in loop)
  const watch = { name: 'watch', intervalMs: LEASE_INTERVAL_MS, tick: createWatchLoops(db, leased) }
  return [...loops, watch].map((loop) =>
    startLoop({ log, ...('work' in loop ? askingForLease(loop, infrastructure) : loop) }),
  )
}

/** The servers that do not get the lease only ask for it. */
function askingForLease(
  { name, everyMs, work }: LeasedLoop,
  { db, config }: Pick<Infrastructure, 'config' | 'db'>,
) {
  const { leaseMs } = config.orders
  return {
    name,
    intervalMs: Math.min(everyMs, LEASE_INTERVAL_MS),
    tick: async (signal: AbortSignal) =>
      void (await underLease({ db, name, everyMs, leaseMs }, work, { signal })),
  }
}
