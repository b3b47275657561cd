import { z } from 'zod'
import type { Database } from '../database/db.ts'
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
  const isDue = askForAll(
    db,
    leased.map(({ name }) => name),
  )
  const watch = { name: 'watch', intervalMs: LEASE_INTERVAL_MS, tick: createWatchLoops(db, leased) }
  return [...loops, watch].map((loop) =>
    startLoop({ log, ...('work' in loop ? askingForLease(loop, isDue, infrastructure) : loop) }),
  )
}

type IsDue = (name: string, maxAgeMs: number) => Promise<boolean>

/** Whether a lease is free and its work due: asked for all loops at once, because nearly never one is. */
function askForAll(db: Database, names: string[]): IsDue {
  let asked: { at: number; due: Promise<Set<string>> } | undefined

  function ask(at: number) {
    const due = db
      .rpc('find_due_leases', { names }, z.object({ names: z.array(z.string()) }))
      .then(({ names: found }) => new Set(found))
    asked = { at, due }
    // Whoever comes next asks again.
    due.catch(() => {
      asked = undefined
    })
    return due
  }

  return async (name, maxAgeMs) => {
    const now = performance.now()
    const due = asked && now - asked.at < maxAgeMs ? asked.due : ask(now)
    return (await due).has(name)
  }
}

/** The servers that do not get the lease only ask for it. */
function askingForLease(
  { name, everyMs, work }: LeasedLoop,
  isDue: IsDue,
  { db, config }: Pick<Infrastructure, 'config' | 'db'>,
) {
  const { leaseMs } = config.orders
  const intervalMs = Math.min(everyMs, LEASE_INTERVAL_MS)
  return {
    name,
    intervalMs,
    async tick(signal: AbortSignal) {
      if (await isDue(name, intervalMs / 3))
        await underLease({ db, name, everyMs, leaseMs }, work, { signal })
    },
  }
}
